import init from "./septet_phone.js";

await init({ module_or_path: new URL("septet_phone.wasm", import.meta.url) });

export { countries, normalisePhone } from "./septet_phone.js";
