// The package as a JavaScript program has it: built, loaded by Node, called without a
// line of Rust. `cargo xtask test` builds it and runs this.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import * as septet from "../pkg/index.node.js";
import { initSync } from "../pkg/septet_core.js";
import * as inBrowsers from "../pkg/count.js?in=browsers";
import * as forecasts from "../pkg/forecast.node.js";
import * as sending from "../pkg/sending.node.js";

// As `index.browser.js` does: texts are written another way.
inBrowsers.start(initSync());

// The first, while the memory is small.
test("counting goes on when the module's memory has grown between texts and among them", () => {
  // What does not fit into one number is counted by way of a string, for which the memory grows.
  const large = "é".repeat(33_000);
  let refused = "a".repeat(20_000_000);
  const one = { encoding: "gsm7", units: 1, parts: 1, remaining: 159 };
  for (const { count, countMany } of [septet, inBrowsers]) {
    // Makes room for others to follow a large one.
    assert.throws(() => countMany(["a".repeat(40_000)]), { kind: "too_many_parts" });
    const counted = countMany(["a", large, "a", large, "", "a"]);
    assert.deepEqual(counted.map(({ parts }) => parts), [1, 216, 1, 216, 1, 1]);
    assert.deepEqual(counted[5], one);
    assert.throws(() => countMany(["a", refused, "a"]), { kind: "too_many_parts" });
    assert.deepEqual(count("a"), one);
    refused += refused;
    assert.throws(() => septet.segment(refused), { kind: "too_many_parts" });
    assert.deepEqual(count("a"), one);
    assert.deepEqual(countMany(["a", "a"]), [one, one]);
  }
});

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
  assert.equal(kind(() => septet.render("{{a b}}")), "bad_token");
  assert.equal(kind(() => septet.render("{{a:shout}}")), "unknown_filter");
  assert.equal(kind(() => sending.parseSender("")), "empty");
});

test("counting says what cutting says, one by one and many at once", () => {
  const lines = readFileSync(new URL("../data/cases.jsonl", import.meta.url), "utf8").trim().split("\n");
  const texts = [...lines.map((line) => JSON.parse(line).ask.text), "", "a\0b", "\ud800", "😀".repeat(2000), "x".repeat(9000)];
  const cut = texts.map((text) => {
    const { encoding, units, parts, remaining } = septet.segment(text);
    return { encoding, units, parts: parts.length, remaining };
  });
  assert.deepEqual(texts.map((text) => septet.count(text)), cut);
  assert.deepEqual(septet.countMany(texts), cut);
  assert.deepEqual(septet.countMany(texts.filter((text) => !text.includes("\0"))), cut.filter((_, index) => !texts[index].includes("\0")));
  assert.deepEqual(septet.countMany([]), []);
  assert.throws(() => septet.count("a".repeat(153 * 255 + 1)), { kind: "too_many_parts" });
  assert.throws(() => septet.countMany(["a", 7]), { kind: "bad_argument" });
});

test("whatever a text is made of, counting says what cutting says", () => {
  let state = 3;
  const next = (below) => (state = (Math.imul(state, 1103515245) + 12345) >>> 0, (state >>> 8) % below);
  const kinds = [..."ab é[€~\f\nΔ@", "`", "\0", "\ud83d", "\ude00", "ж", "\u8000", "\uffff", "😀"];
  const texts = Array.from({ length: 3000 }, (_, index) => {
    // Most have one character, if any, that the default alphabet lacks.
    const common = Array.from({ length: next(400) }, () => kinds[next(index % 3 === 0 ? kinds.length : 12)]);
    return common.join("") + kinds[next(kinds.length)].repeat(next(2)) + "x".repeat(next(200));
  });
  // Every unit of two bytes.
  for (let unit = 0; unit <= 0xffff; unit++) texts.push(`a[${String.fromCharCode(unit)}`);
  for (const { count, countMany } of [septet, inBrowsers]) {
    const counted = countMany(texts);
    texts.forEach((text, index) => {
      const { encoding, units, parts, remaining } = septet.segment(text);
      const expected = { encoding, units, parts: parts.length, remaining };
      assert.deepEqual(counted[index], expected, JSON.stringify(text));
      assert.deepEqual(count(text), expected, JSON.stringify(text));
    });
  }
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

test("senders and phone numbers are read by a module of their own", () => {
  assert.deepEqual(sending.normalisePhone("912 345 678", { country: "PT" }), { e164: "+351912345678", digits: "351912345678" });
  assert.throws(() => sending.normalisePhone("12", { country: "PT" }), { name: "SeptetError", kind: "malformed" });
  assert.deepEqual(sending.countries().find(({ code }) => code === "PT"), { code: "PT", callingCode: 351 });
});

test("every function has its types", () => {
  for (const [module, file] of [[septet, "index.d.ts"], [forecasts, "forecast.d.ts"], [sending, "sending.d.ts"]]) {
    const types = readFileSync(new URL(`../pkg/${file}`, import.meta.url), "utf8");
    const functions = Object.keys(module).filter((name) => typeof module[name] === "function");
    const declared = [...types.matchAll(/^export function (\w+)\(/gm)].map(([, name]) => name);
    assert.deepEqual(functions.sort(), declared.sort());
    assert.ok(functions.length > 0);
  }
});

test("a forecast says what rendering and cutting every row say", () => {
  let state = 7;
  const next = (below) => (state = (Math.imul(state, 1103515245) + 12345) >>> 0, (state >>> 8) % below);
  const pick = (list) => list[next(list.length)];
  const values = ["Ana", "João", "Zoë 😀", "", " ", "[x]{y}", "ж", "a\0b", "\ud800", "n".repeat(150), "€".repeat(90), "2026-11-23", "1234.5", undefined, null];
  const templates = [
    "no token", "{{a}}", "Olá {{a|cliente}}, {{b:upper}} https://a.pt/{{c}} {UNSUB_URL}",
    "{{a}}{{b}}{{c|x}} " + "y".repeat(140), "{{day:date(pt)}} {{a:number(es)}} {{b:capitalise}} ção",
  ];
  const links = { shortBase: "https://s.pt/l/", unsubscribeBase: "https://s.pt/u/", codeLength: 10 };
  for (let round = 0; round < 60; round++) {
    const rows = Array.from({ length: 1 + next(40) }, () => ({ a: pick(values), b: pick(values), c: pick(values), day: pick(values) }));
    const template = templates[round % templates.length];
    const options = {
      links, shorten: next(2) === 1, utm: next(2) === 1 ? { source: "sms" } : undefined, excluded: next(2) === 1 ? ["a.pt"] : undefined,
      encoding: pick(["auto", "gsm7", "gsm7-pt", "ucs2"]), transliterate: pick(["never", "saving_part", "whole_gsm7", "always"]),
      national: pick([[], ["pt"], ["es", "tr"]]), referenceBits: pick([8, 16]), maxParts: pick([1, 2, 255]), provider: next(3) === 0,
    };
    const expected = { rows: rows.length, histogram: new Map(), total: 0, overLimit: [], notEncodable: [], empty: [], missing: new Map() };
    rows.forEach((row, index) => {
      const { text, missing } = septet.render(template, row, options);
      for (const name of missing) expected.missing.set(name, [...(expected.missing.get(name) ?? []), index]);
      if (text.trim() === "") return expected.empty.push(index);
      try {
        const parts = septet.segment(text, options).parts.length;
        expected.histogram.set(parts, (expected.histogram.get(parts) ?? 0) + 1);
        expected.total += parts;
      } catch ({ kind }) {
        ({ too_many_parts: expected.overLimit, not_encodable: expected.notEncodable })[kind].push(index);
      }
    });
    const histogram = [...expected.histogram].sort(([one], [other]) => one - other).map(([parts, messages]) => ({ parts, messages }));
    const columns = Object.fromEntries(["a", "b", "c", "day"].map((name) => [name, rows.map((row) => row[name])]));
    const maps = rows.map((row) => new Map(Object.entries(row)));
    for (const table of [rows, maps, columns]) {
      const answer = forecasts.forecast(template, table, options);
      assert.deepEqual(answer.histogram, histogram);
      assert.deepEqual([answer.min, answer.max], [histogram[0]?.parts ?? null, histogram.at(-1)?.parts ?? null]);
      for (const name of ["rows", "total"]) assert.equal(answer[name], expected[name]);
      for (const name of ["overLimit", "notEncodable", "empty"]) assert.deepEqual([...answer[name]], expected[name], name);
      assert.deepEqual(new Map(answer.missing.map(({ property, rows }) => [property, [...rows]])), expected.missing);
    }
  }
});

test("a forecast refuses what is no table", () => {
  let refused = { name: "SeptetError", kind: "bad_argument" };
  for (const rows of [7, null, [1], [{ a: 1 }], { a: ["x"], b: [] }, { a: "x" }]) {
    assert.throws(() => forecasts.forecast("{{a}}", rows), refused);
  }
  assert.throws(() => forecasts.forecast("{{a:shout}}", []), { kind: "unknown_filter" });
  assert.equal(forecasts.forecast("{{constructor}}", [{}]).missing.length, 1);
});
