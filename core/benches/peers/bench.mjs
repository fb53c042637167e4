// What a text costs to count in Node: our package, three others and a plain loop; and what
// a forecast costs.
//
// `cargo xtask bench core` builds the package, runs this and reads what it prints: JSON.
// `contest.mjs` says how it is measured, `browser.mjs` does the same in a browser.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import * as septet from "../../pkg/index.node.js";
import { forecast } from "../../pkg/forecast.node.js";
import { CORPORA, all, contestants, measure, measureForecasts } from "./contest.mjs";

const require = createRequire(import.meta.url);
const { SegmentedMessage } = require("sms-segments-calculator");
const splitSms = require("split-sms");
const { default: SmsCounter } = require("sms-counter/build/index.js");

function peer(name, one) {
  const manifest = new URL(`node_modules/${name}/package.json`, import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, "utf8"));
  return { name: `${name} ${version}`, count: all(one) };
}

const WHO = [
  ...contestants(septet),
  peer("sms-segments-calculator", (text) => new SegmentedMessage(text).segmentsCount),
  peer("split-sms", (text) => splitSms.split(text, { summary: true }).parts.length),
  peer("sms-counter", (text) => SmsCounter.count(text).messages),
];

const rows = CORPORA.flatMap((corpus) => {
  console.error(`Counting ${corpus} in Node`);
  const file = new URL(`../../data/bench/${corpus}.jsonl`, import.meta.url);
  const texts = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line).text);
  return measure(corpus, texts, WHO, septet.segment);
});
console.log(JSON.stringify({ engine: `Node ${process.versions.node}`, rows, forecasts: measureForecasts(forecast) }));
