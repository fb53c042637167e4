// Counting by the short way: texts go into WASM as they are, in UTF-16, and one number
// comes back for each.
//
// Making a string inside of WASM and an object outside of it costs several times what
// counting does. With options, and for what cannot be counted, the long way is taken.

import { Counter, count as countAny } from "./septet_core.js";

/** Units that go over at once, unless one text has more; and texts. */
const UNITS = 16384;
const TEXTS = 512;

let wasm;
let counter;
let writerFor;

/** How many units there is room for, and what writes a text's from a place on. */
let room = 0;
let write;
/** Where each text ends; then, what it takes. Empty once the memory has grown. */
let numbers = new Uint32Array();

/** What makes a `write` for some memory. Browsers have an encoder for UTF-8 only. */
const unitByUnit = (memory, address, room) => {
  const units = new Uint16Array(memory, address, room);
  return (text, at) => {
    for (let index = 0; index < text.length; index++) units[at + index] = text.charCodeAt(index);
  };
};

/** Called once, with what the module exports and, where there is a faster one, a writer. */
export const start = (exports, writer = unitByUnit) => {
  wasm = exports;
  writerFor = writer;
  counter = new Counter();
};

/** Makes sure of room for a text. */
function reserve({ length }) {
  if (length <= room && numbers.length > 0) return;
  room = Math.max(room, length, UNITS);
  const addresses = [counter.texts(room), counter.numbers(TEXTS)];
  write = writerFor(wasm.memory.buffer, addresses[0], room);
  numbers = new Uint32Array(wasm.memory.buffer, addresses[1], TEXTS);
}

/** As the module packs it: room left, parts, the encoding and units, from the lowest bits up. */
const unpack = (packed) => ({
  encoding: packed & 0x10000 ? "ucs2" : "gsm7",
  units: packed >>> 17,
  parts: (packed >>> 8) & 0xff,
  remaining: packed & 0xff,
});

export function count(text, options) {
  if (options === undefined && typeof text === "string") {
    reserve(text);
    write(text, 0);
    const packed = counter.one(text.length);
    if (packed !== 0) return unpack(packed);
  }
  return countAny(text, options);
}

/** Counts the texts from one on to another, which have been written. */
function take(texts, from, to, counted) {
  counter.many(to - from);
  for (let index = from; index < to; index++) {
    const packed = numbers[index - from];
    // None where the long way has made the memory grow meanwhile.
    counted.push(packed ? unpack(packed) : countAny(texts[index]));
  }
}

export function countMany(texts, options) {
  if (options !== undefined || !texts.every((text) => typeof text === "string")) {
    return texts.map((text) => countAny(text, options));
  }
  const counted = [];
  let from = 0;
  let end = 0;
  for (let index = 0; index < texts.length; index++) {
    const text = texts[index];
    if (index - from === TEXTS || end + text.length > room) {
      take(texts, from, index, counted);
      from = index;
      end = 0;
    }
    if (end === 0) reserve(text);
    write(text, end);
    end += text.length;
    numbers[index - from] = end;
  }
  take(texts, from, texts.length, counted);
  return counted;
}
