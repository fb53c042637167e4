import { readFileSync } from "node:fs";

import { start } from "./count.js";
import { initSync } from "./septet_core.js";
import { file } from "./texts.js";

/** Node copies a text in one go. */
const writer = (memory, address, room) => {
  const buffer = Buffer.from(memory, address, room * 2);
  return (text, at) => buffer.write(text, at * 2, "utf16le");
};

start(initSync({ module: readFileSync(file("septet_core")) }), writer);

export * from "./api.js";
