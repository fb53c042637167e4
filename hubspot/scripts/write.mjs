import { writeFileSync } from 'node:fs';

import { file, written } from './send-sms.mjs';

writeFileSync(new URL(`../${file}`, import.meta.url), written);
