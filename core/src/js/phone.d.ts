/** What both functions throw; `kind` says what is wrong. */
export interface PhoneError extends Error {
  name: "SeptetError";
  kind:
    /** An argument of the wrong type, or none where one is needed. */
    | "bad_argument"
    /** No such country, or none with a numbering plan. */
    | "unknown_country"
    /** There is no number. */
    | "empty"
    /** No number of its country looks like this. */
    | "malformed";
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
 * Throws a {@link PhoneError}.
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
