// What a text costs to count in Node: our package, three others and a plain loop, all
// given JavaScript strings, so that ours pays for the way into WASM and back.
//
// `cargo xtask bench core` builds the package, runs this and reads what it prints: JSON
// with, for each corpus and each of them, the median nanoseconds for a text and in how
// many texts it counts other parts than our `segment`. Everyone takes a turn in every
// round, so that a disturbance of the machine meets them all.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import * as septet from "../../pkg/index.node.js";

const ROUNDS = 25;
const WARM_UP_MS = 300;
const TURN_MS = 20;
const CORPORA = ["gsm7", "extended", "ucs2", "gsm7-1600", "extended-1600", "ucs2-1600"];

const require = createRequire(import.meta.url);
const { SegmentedMessage } = require("sms-segments-calculator");
const splitSms = require("split-sms");
const { default: SmsCounter } = require("sms-counter/build/index.js");

const UNITS = new Map();
const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
for (const character of BASIC) UNITS.set(character.codePointAt(0), 1);
for (const character of "\f^{}\\[~]|€") UNITS.set(character.codePointAt(0), 2);

/** What a programmer writes in an afternoon: one pass chooses the alphabet, a second one fills the parts. */
function plainLoop(text) {
  let units = 0;
  let gsm7 = true;
  for (let index = 0; index < text.length && gsm7; index++) {
    const size = UNITS.get(text.codePointAt(index));
    if (size === undefined) gsm7 = false;
    else units += size;
  }
  if (!gsm7) units = text.length;
  const alone = gsm7 ? 160 : 70;
  if (units <= alone) return { gsm7, units, parts: 1, remaining: alone - units };
  const each = gsm7 ? 153 : 67;
  let parts = 1;
  let filled = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.codePointAt(index);
    const size = gsm7 ? UNITS.get(code) : code > 0xffff ? 2 : 1;
    if (code > 0xffff) index++;
    if (filled + size > each) {
      parts++;
      filled = 0;
    }
    filled += size;
  }
  return { gsm7, units, parts, remaining: each - filled };
}

/** Each takes texts and gives their numbers of parts. */
const all = (one) => (texts) => texts.map(one);
const CONTESTANTS = [
  { name: "plain loop", count: all((text) => plainLoop(text).parts) },
  { name: "septet count", count: all((text) => septet.count(text).parts) },
  { name: "septet countMany", count: (texts) => septet.countMany(texts).map(({ parts }) => parts) },
  { name: "septet segment", count: all((text) => septet.segment(text).parts.length) },
  peer("sms-segments-calculator", (text) => new SegmentedMessage(text).segmentsCount),
  peer("split-sms", (text) => splitSms.split(text, { summary: true }).parts.length),
  peer("sms-counter", (text) => SmsCounter.count(text).messages),
];

function peer(name, one) {
  const manifest = new URL(`node_modules/${name}/package.json`, import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, "utf8"));
  return { name: `${name} ${version}`, count: all(one) };
}

const now = () => Number(process.hrtime.bigint()) / 1e6;

/** Milliseconds that so many rounds through the texts take. */
function turn(count, texts, times) {
  const start = now();
  for (let time = 0; time < times; time++) count(texts);
  return now() - start;
}

function warm(count, texts) {
  let times = 0;
  const start = now();
  while (now() - start < WARM_UP_MS) {
    count(texts);
    times++;
  }
  return Math.max(1, Math.round((times * TURN_MS) / (now() - start)));
}

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];

function measure(corpus) {
  const file = new URL(`../../data/bench/${corpus}.jsonl`, import.meta.url);
  const texts = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line).text);
  const right = texts.map((text) => septet.segment(text).parts.length);
  const entries = CONTESTANTS.map(({ name, count }) => {
    const parts = count(texts);
    const differs = right.filter((expected, index) => parts[index] !== expected).length;
    return { name, count, differs, turns: [] };
  });
  for (const entry of entries) entry.times = warm(entry.count, texts);
  for (let round = 0; round < ROUNDS; round++) {
    entries.forEach((_, index) => {
      const { count, times, turns } = entries[(index + round) % entries.length];
      turns.push((turn(count, texts, times) * 1e6) / times / texts.length);
    });
  }
  return entries.map(({ name, differs, turns }) => ({ corpus, name, differs, nanoseconds: median(turns) }));
}

const rows = CORPORA.flatMap((corpus) => {
  console.error(`Counting ${corpus}`);
  return measure(corpus);
});
console.log(JSON.stringify({ node: process.versions.node, rows }));
