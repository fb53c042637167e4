// Counting by the short way: texts go into WASM as bytes, and one number comes back.
//
// Making a string inside of WASM and an object outside of it costs several times what
// counting does. Here the browser's own encoder writes into a buffer that the module
// keeps for it. With options, and for what cannot be counted, the long way is taken.

import { TextBuffer, count as countAny } from "./septet_core.js";

const encoder = new TextEncoder();
/** Stands between texts; one that has it in it goes the long way. */
const SEPARATOR = "\0";
/** A text of UTF-16 units has at most so many bytes for each. */
const MOST_BYTES = 3;

let wasm;
let buffer;
let bytes = new Uint8Array();

/** Whether vector instructions are understood: a function that makes a vector of a byte. */
export const simd = () =>
  WebAssembly.validate(
    // prettier-ignore
    new Uint8Array([
      0, 97, 115, 109, 1, 0, 0, 0, // a module
      1, 5, 1, 96, 0, 1, 123, // a type: nothing to a vector
      3, 2, 1, 0, // a function of it
      10, 8, 1, 6, 0, 65, 0, 253, 15, 11, // i32.const 0, i8x16.splat
    ]),
  );

/** Called once, with what the module exports. */
export const start = (exports) => {
  wasm = exports;
  buffer = new TextBuffer();
};

/** Writes a text where the module reads it; the number of bytes. */
function put(text) {
  const room = text.length * MOST_BYTES;
  // The memory is another one after it has grown.
  if (bytes.length < room || bytes.buffer !== wasm.memory.buffer) {
    const start = buffer.reserve(Math.max(room, 4096));
    bytes = new Uint8Array(wasm.memory.buffer, start, Math.max(room, 4096));
  }
  return encoder.encodeInto(text, bytes).written;
}

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
