// The package as a JavaScript program has it: built by wasm-pack, loaded by Node,
// called without a line of Rust. `cargo xtask test` builds it and runs this.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";

const folder = new URL("../pkg/", import.meta.url);
const septet = createRequire(import.meta.url)(new URL("septet_core.js", folder).pathname);
const types = readFileSync(new URL("septet_core.d.ts", folder), "utf8");

test("a text is counted and cut", () => {
  const counted = septet.segment("Olá 😀".repeat(20), { encoding: "ucs2" });
  assert.equal(counted.encoding, "ucs2");
  assert.equal(counted.units, 120);
  assert.equal(counted.parts.map((part) => part.text).join(""), counted.text);
  assert.equal(septet.segment("ção", { national: ["pt"] }).locking, "pt");
});

test("every case of the data file is counted as it says", () => {
  const lines = readFileSync(new URL("../data/cases.jsonl", import.meta.url), "utf8").trim().split("\n");
  assert.ok(lines.length > 50);
  for (const line of lines) {
    const { ask, answer } = JSON.parse(line);
    const { text, ...options } = ask;
    if (answer === null) {
      assert.throws(() => septet.segment(text, options), line);
      continue;
    }
    const counted = septet.segment(text, options);
    counted.flagged = counted.flagged.map(({ char, index, units }) => [char, index, units]);
    for (const [name, value] of Object.entries(answer)) assert.deepEqual(counted[name], value, line);
  }
});

test("what is wrong is thrown as an error with a kind, never a panic", () => {
  const kind = (call) => {
    try {
      call();
    } catch (error) {
      assert.equal(error.name, "SeptetError");
      return error.kind;
    }
    return "nothing was thrown";
  };
  assert.equal(kind(() => septet.segment("a".repeat(161), { maxParts: 1 })), "too_many_parts");
  assert.equal(kind(() => septet.segment("ж", { encoding: "gsm7" })), "not_encodable");
  assert.equal(kind(() => septet.segment(7)), "bad_argument");
  assert.equal(kind(() => septet.render("{{")), "unclosed_token");
  assert.equal(kind(() => septet.parseSender("")), "empty");
});

test("what a text costs is explained", () => {
  const text = "Promoção: ".repeat(12);
  assert.deepEqual(septet.count(text), { encoding: "ucs2", units: 120, parts: 2, remaining: 14 });
  const { parts, characters, cheapest } = septet.explain(text);
  assert.equal(parts, 2);
  assert.deepEqual(characters.map(({ char, times, forces }) => [char, times, forces]), [["ç", 12, true], ["ã", 12, true]]);
  assert.equal(cheapest.kind, "shorten");
  assert.equal(septet.count(text, { transliterate: "saving_part" }).parts, 1);
});

test("a message is filled in with links of their length", () => {
  const links = { shortBase: "https://s.pt/l/", unsubscribeBase: "https://s.pt/u/", codeLength: 10 };
  const rendered = septet.render("Olá {{firstname|aí}}: https://a.pt {UNSUB_URL}", { firstname: "Inês" }, { shorten: true, links });
  assert.equal(rendered.text, "Olá Inês: https://s.pt/l/abcdefghij https://s.pt/u/abcdefghij");
  assert.deepEqual(rendered.links, ["https://a.pt"]);
});

test("every function has its types", () => {
  const functions = Object.keys(septet).filter((name) => typeof septet[name] === "function");
  const declared = [...types.matchAll(/^export function (\w+)\(/gm)].map(([, name]) => name);
  const own = functions.filter((name) => !name.startsWith("__"));
  assert.deepEqual(own.sort(), declared.sort());
  assert.ok(own.length >= 8, own.join());
});
