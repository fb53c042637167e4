import { readFileSync } from "node:fs";

import { simd, start } from "./count.js";
import { initSync } from "./septet_core.js";

const file = simd() ? "septet_core_simd.wasm" : "septet_core.wasm";
start(initSync({ module: readFileSync(new URL(file, import.meta.url)) }));

export * from "./api.js";
