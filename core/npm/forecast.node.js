import { readFileSync } from "node:fs";

import { start } from "./forecast.js";
import { initSync } from "./septet_forecast.js";
import { file } from "./texts.js";

start(initSync({ module: readFileSync(file("septet_forecast")) }));

export { forecast } from "./forecast.js";
