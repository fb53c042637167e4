// Counting by the short way: texts go into WASM as bytes, and one number comes back.
//
// Making a string inside of WASM and an object outside of it costs several times what
// counting does. Here the browser's own encoder writes into a buffer that the module
// keeps for it. With options, and for what cannot be counted, the long way is taken.

import { TextBuffer, count as countAny } from "./septet_core.js";
import { writer } from "./texts.js";

/** Stands between texts; one that has it in it goes the long way. */
const SEPARATOR = "\0";

let buffer;
let put;

/** Called once, with what the module exports. */
export const start = (exports) => {
  ({ buffer, put } = writer(exports, TextBuffer));
};

/** As the module packs it: room left, parts, units and the encoding, from the lowest bits up. */
function unpack(packed) {
  const remaining = packed % 256;
  const rest = (packed - remaining) / 256;
  const parts = rest % 256;
  const above = (rest - parts) / 256;
  const units = above >> 1;
  return { encoding: above & 1 ? "ucs2" : "gsm7", units, parts, remaining };
}

export function count(text, options) {
  if (options === undefined && typeof text === "string") {
    const packed = buffer.countText(put(text));
    if (packed >= 0) return unpack(packed);
  }
  return countAny(text, options);
}

export function countMany(texts, options) {
  if (options === undefined && texts.every((text) => typeof text === "string")) {
    const packed = texts.length === 0 ? [] : buffer.countTexts(put(texts.join(SEPARATOR)));
    if (packed.length === texts.length && packed.every((number) => number >= 0)) {
      return Array.from(packed, unpack);
    }
  }
  return texts.map((text) => countAny(text, options));
}
