import init from "./septet_sending.js";

await init({ module_or_path: new URL("septet_sending.wasm", import.meta.url) });

export { countries, defaultCampaignName, normalisePhone, parseSender } from "./septet_sending.js";
