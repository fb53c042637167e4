/** What these functions throw; `kind` says what is wrong. */
export interface SendingError extends Error {
  name: "SeptetError";
  kind:
    /** An argument of the wrong type, or none where one is needed. */
    | "bad_argument"
    /** No such country, or none with a numbering plan. */
    | "unknown_country"
    /** There is no number or sender. */
    | "empty"
    /** No number of its country looks like this. */
    | "malformed"
    /** A sender has more than `max` characters. */
    | "too_long"
    /** A sender has a character that it cannot have. */
    | "bad_character";
  /** `too_long`: the most that is allowed. */
  max?: number;
  /** `bad_character` */
  character?: string;
}

export interface PhoneOptions {
  /** ISO 3166-1 alpha-2 code, in capitals, of numbers that have no international prefix. */
  country: string;
  /** The prefix of this number, kept apart from it, such as `34` or `+34`. */
  prefix?: string;
}

export interface Phone {
  /** With `+`. */
  e164: string;
  /** Digits only. */
  digits: string;
}

/**
 * Reads a number as a contact's record holds it.
 * Throws `bad_argument`, `unknown_country`, `empty` or `malformed`.
 */
export function normalisePhone(number: string, options: PhoneOptions): Phone;

export interface Country {
  /** ISO 3166-1 alpha-2 code. */
  code: string;
  /** Calling code, without `+`. */
  callingCode: number;
}

/** All countries with a numbering plan, by code. */
export function countries(): Country[];

/**
 * Reads a sender: up to 15 digits, or up to 11 characters with a letter.
 * Throws `bad_argument`, `empty`, `too_long` or `bad_character`.
 */
export function parseSender(typed: string): { value: string; kind: "numeric" | "alphanumeric" };

/** The name of a campaign without one: `HUBSPOT_SMS_2026_11`. Throws `bad_argument`. */
export function defaultCampaignName(channel: "sms" | "voice", year: number, month: number): string;
