import { readFileSync } from "node:fs";

import { initSync } from "./septet_sending.js";

initSync({ module: readFileSync(new URL("septet_sending.wasm", import.meta.url)) });

export { countries, defaultCampaignName, normalisePhone, parseSender } from "./septet_sending.js";
