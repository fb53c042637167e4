import { start } from "./count.js";
import init from "./septet_core.js";
import { file } from "./texts.js";

start(await init({ module_or_path: file("septet_core") }));

export * from "./api.js";
