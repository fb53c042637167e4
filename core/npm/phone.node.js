import { readFileSync } from "node:fs";

import { initSync } from "./septet_phone.js";

initSync({ module: readFileSync(new URL("septet_phone.wasm", import.meta.url)) });

export { countries, normalisePhone } from "./septet_phone.js";
