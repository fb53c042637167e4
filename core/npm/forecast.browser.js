import { start } from "./forecast.js";
import init from "./septet_forecast.js";
import { file } from "./texts.js";

start(await init({ module_or_path: file("septet_forecast") }));

export { forecast } from "./forecast.js";
