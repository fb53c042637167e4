/** Alphabets that a message may use; `auto` takes whatever needs the fewest parts. */
export type EncodingChoice = "auto" | "gsm7" | "gsm7-pt" | "ucs2";

/** ISO 639-1 code of a language with national tables (3GPP TS 23.038, 6.2.1.2.4). */
export type Language = "tr" | "es" | "pt" | "bn" | "gu" | "hi" | "kn" | "ml" | "or" | "pa" | "ta" | "te" | "ur";

/**
 * `saving_part`: when all of the text then fits GSM-7 and takes fewer parts;
 * `whole_gsm7`: when all of it then fits GSM-7 and takes no more parts;
 * `always`: wherever there is something near, even in a text that stays in UCS-2.
 */
export type Transliteration = "never" | "saving_part" | "whole_gsm7" | "always";

export interface SegmentOptions {
  /** Default `auto`. */
  encoding?: EncodingChoice;
  /**
   * When characters are replaced by the nearest of the alphabet; one that fits never is.
   * `true` is `whole_gsm7`, `false`, the default, is `never`.
   */
  transliterate?: boolean | Transliteration;
  /** Languages whose national tables may be used. Default none. */
  national?: Language[];
  /** Bits of the reference number that joins parts. Default 8. */
  referenceBits?: 8 | 16;
  /** Most parts, 1 to 255. Default 255. */
  maxParts?: number;
  /** Use only what 360nrs offers; `national` has then no say. Default `false`. */
  provider?: boolean;
}

export interface Part {
  text: string;
  /** Septets or UTF-16 units of its text; headers are not counted. */
  units: number;
}

/** A character that costs more than one unit, or is not of the default alphabet. */
export interface Flagged {
  char: string;
  /** Its index in code points, in the text as given: `Array.from(text)[index]`. */
  index: number;
  /** Units that it, or what replaced it, takes. */
  units: number;
  /** What replaced it or could; `""` where it can be left out. */
  replacement: string | null;
}

export interface Segmentation {
  encoding: "gsm7" | "ucs2";
  /** Language of the locking shift table. */
  locking: Language | null;
  /** Language of the single shift table. */
  single: Language | null;
  /** Units of all parts together. */
  units: number;
  /** At least one, which is empty for an empty text. */
  parts: Part[];
  /** Units left in the last part. */
  remaining: number;
  /** The text as it is sent, after replacing. */
  text: string;
  flagged: Flagged[];
}

/** Tags added to links; empty ones are left out. */
export interface Utm {
  source?: string;
  medium?: string;
  campaign?: string;
  term?: string;
  id?: string;
  content?: string;
}

/** How the links that Septet writes look, so that a text has its final length. */
export interface LinkShape {
  /** Everything before the code of a short link, such as `https://sms.example/l/`. */
  shortBase: string;
  /** Everything before the code of an unsubscribe link. */
  unsubscribeBase: string;
  /** Characters of every code, 0 to 255. */
  codeLength: number;
}

export interface RenderOptions {
  /** Whether links become short links. Default `false`. */
  shorten?: boolean;
  /** Hosts whose links, and those of their subdomains, stay as they were typed. */
  excluded?: string[];
  utm?: Utm;
  /** Needed when links are shortened or the template has `{UNSUB_URL}`. */
  links?: LinkShape;
}

export interface Rendered {
  text: string;
  /** Properties that were asked for, have no value and no fallback. */
  missing: string[];
  /** Where the links lead, tags included, in order. */
  links: string[];
}

/** Every function throws one of these; `kind` says which of the other fields there are. */
export interface SeptetError extends Error {
  name: "SeptetError";
  kind:
    | "bad_argument"
    | "too_many_parts"
    | "not_encodable"
    | "unclosed_token"
    | "bad_token"
    | "unknown_filter";
  /** `too_many_parts`: parts that the text takes. */
  parts?: number;
  /** `too_many_parts`: the most that is allowed. */
  max?: number;
  /** `not_encodable` */
  character?: string;
  /** `not_encodable`: index of the character, in code points. */
  index?: number;
  /** `unclosed_token`, `bad_token`, `unknown_filter`: index of `{{`, in code points. */
  position?: number;
}

/**
 * Cuts a text into parts, in the encoding that takes the fewest.
 * Lone surrogates are read as U+FFFD.
 */
export function segment(text: string, options?: SegmentOptions): Segmentation;

/** What a text takes. */
export interface Count {
  encoding: "gsm7" | "ucs2";
  /** Units of all parts together. */
  units: number;
  parts: number;
  /** Units left in the last part. */
  remaining: number;
}

/** What {@link segment} would say of encoding, units, parts and room, without cutting the text. */
export function count(text: string, options?: SegmentOptions): Count;

/** The same for many texts, faster than one by one. Throws for the first that cannot be counted. */
export function countMany(texts: string[], options?: SegmentOptions): Count[];

/** A change that saves a part. */
export type Edit =
  | { kind: "replace"; char: string; replacement: string; times: number; parts: number }
  | { kind: "shorten"; characters: number; parts: number };

export interface Explained {
  parts: number;
  /** Costly characters, each once, in order of appearance. */
  characters: {
    char: string;
    times: number;
    /** Units that each one takes. */
    units: number;
    /** Whether the default alphabet lacks it. */
    forces: boolean;
    replacement: string | null;
    /** Parts of the text with all of them replaced. */
    partsWithout: number | null;
  }[];
  /** The least that has to change so that it takes fewer parts. */
  cheapest: Edit | null;
}

/** What a text costs, and what would save a part. */
export function explain(text: string, options?: SegmentOptions): Explained;

/** The nearest text in the default alphabet for a character, or `undefined`. */
export function replacement(character: string): string | undefined;

/** Fills in a contact's values; an empty value is the token's fallback, or nothing. */
export function render(template: string, values?: Record<string, string | null | undefined>, options?: RenderOptions): Rendered;

/** The properties that a template asks for, each once, in order. */
export function properties(template: string): string[];
