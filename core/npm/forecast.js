// A forecast: the values of each token go into WASM as one text, as they do for counting.

import { Forecaster, TextBuffer } from "./septet_forecast.js";
import { writer } from "./texts.js";

/** Stands between values; a column with one that has it in it is put value by value. */
const SEPARATOR = "\0";

let buffer;
let put;

/** Called once, with what the module exports. */
export const start = (exports) => {
  ({ buffer, put } = writer(exports, TextBuffer));
};

const refused = (message) => Object.assign(new Error(message), { name: "SeptetError", kind: "bad_argument" });

/** A contact's value, as `render` reads it. */
const valueOf = (row, name) => (row instanceof Map ? row.get(name) : Object.hasOwn(row, name) ? row[name] : undefined);

/** How many rows there are, and the values of a property. */
function table(rows) {
  const isObject = (value) => typeof value === "object" && value !== null;
  if (Array.isArray(rows)) {
    if (!rows.every(isObject)) throw refused("a row must be an object or a Map");
    return [rows.length, (name) => rows.map((row) => valueOf(row, name))];
  }
  if (!isObject(rows)) throw refused("rows must be an array of rows or an object of columns");
  const columns = Object.values(rows);
  const length = columns.length === 0 ? 0 : columns[0].length;
  if (!columns.every((column) => Array.isArray(column) && column.length === length)) {
    throw refused("columns must be arrays of one length");
  }
  return [length, (name) => (Object.hasOwn(rows, name) ? rows[name] : new Array(length))];
}

function take(forecaster, values) {
  for (const value of values) {
    if (typeof value !== "string" && value !== undefined && value !== null) throw refused("a value must be a string");
  }
  if (forecaster.take(buffer, put(values.join(SEPARATOR))) === values.length) return;
  forecaster.beginAnew();
  for (const value of values) forecaster.add(buffer, put(value ?? ""));
}

export function forecast(template, rows, options) {
  const forecaster = new Forecaster(template, options);
  try {
    const [length, column] = table(rows);
    const properties = forecaster.properties();
    for (const name of properties) take(forecaster, column(name));
    const spread = forecaster.run(length);
    spread.overLimit = forecaster.overLimit();
    spread.notEncodable = forecaster.notEncodable();
    spread.empty = forecaster.empty();
    spread.missing = properties.map((property, place) => ({ property, rows: forecaster.missing(place) }));
    spread.missing = spread.missing.filter(({ rows }) => rows.length > 0);
    return spread;
  } finally {
    forecaster.free();
  }
}
