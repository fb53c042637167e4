import { simd, start } from "./count.js";
import init from "./septet_core.js";

const file = simd() ? "septet_core_simd.wasm" : "septet_core.wasm";
start(await init({ module_or_path: new URL(file, import.meta.url) }));

export * from "./api.js";
