// How texts go into a module: written as bytes by the engine's own encoder.

const encoder = new TextEncoder();
/** A text of UTF-16 units has at most so many bytes for each. */
const MOST_BYTES = 3;
const LEAST_ROOM = 4096;

/** Whether vector instructions are understood: a function that makes a vector of a byte. */
const simd = () =>
  WebAssembly.validate(
    // prettier-ignore
    new Uint8Array([
      0, 97, 115, 109, 1, 0, 0, 0, // a module
      1, 5, 1, 96, 0, 1, 123, // a type: nothing to a vector
      3, 2, 1, 0, // a function of it
      10, 8, 1, 6, 0, 65, 0, 253, 15, 11, // i32.const 0, i8x16.splat
    ]),
  );

/** The file of a module. */
export const file = (name) => new URL(simd() ? `${name}_simd.wasm` : `${name}.wasm`, import.meta.url);

/** A buffer inside of a module, and what writes a text there and tells its bytes. */
export function writer(wasm, TextBuffer) {
  const buffer = new TextBuffer();
  let bytes = new Uint8Array();
  const put = (text) => {
    const room = Math.max(text.length * MOST_BYTES, LEAST_ROOM);
    // The memory is another one after it has grown.
    if (bytes.length < room || bytes.buffer !== wasm.memory.buffer) {
      const start = buffer.reserve(room);
      bytes = new Uint8Array(wasm.memory.buffer, start, room);
    }
    return encoder.encodeInto(text, bytes).written;
  };
  return { buffer, put };
}
