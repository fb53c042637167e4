import { readFileSync } from "node:fs";

import { start } from "./count.js";
import { initSync } from "./septet_core.js";
import { file } from "./texts.js";

start(initSync({ module: readFileSync(file("septet_core")) }));

export * from "./api.js";
