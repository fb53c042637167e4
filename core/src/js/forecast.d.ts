import type { RenderOptions, SegmentOptions } from "./index.js";

/** How contacts' texts are written and cut. */
export interface ForecastOptions extends SegmentOptions, RenderOptions {}

export interface Forecast {
  /** Rows that were looked at. */
  rows: number;
  /** How many messages have how many parts, fewest parts first. */
  histogram: { parts: number; messages: number }[];
  /** Parts of the shortest message; `null` where no row gets one. */
  min: number | null;
  /** Parts of the longest message. */
  max: number | null;
  /** Parts of all messages. */
  total: number;
  /** Indexes of the rows whose text has more than `maxParts` parts; they get no message. */
  overLimit: Uint32Array;
  /** Indexes of the rows with a character that the chosen encoding lacks; they get no message. */
  notEncodable: Uint32Array;
  /** Indexes of the rows of which no text is left; they get no message. */
  empty: Uint32Array;
  /** Properties that rows lack and that have no fallback, in the order of the message. */
  missing: { property: string; rows: Uint32Array }[];
}

type Value = string | null | undefined;

/**
 * What a message would take for many contacts: what {@link render} and {@link segment} say
 * of each, without writing their texts.
 *
 * Rows are objects or Maps of values by property; an object of columns, all of one
 * length, is faster. Options are those of {@link render} and {@link segment}. Throws
 * `bad_argument`, `unclosed_token`, `bad_token` or `unknown_filter`.
 */
export function forecast(
  template: string,
  rows: (Record<string, Value> | Map<string, Value>)[] | Record<string, Value[]>,
  options?: ForecastOptions,
): Forecast;
