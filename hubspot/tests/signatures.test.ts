// HubSpot's own client and Septet's server are held to one table, `signatures.json`: this
// side makes it and checks it, and `server/src/hubspot/signature.rs` checks it as well.

import { readFileSync } from 'node:fs';

import { Signature } from '@hubspot/api-client';
import { expect, test } from 'vitest';

import { table } from '../scripts/signatures.mjs';

test('the table is what HubSpot’s client makes of it', () => {
  const file = readFileSync(new URL('signatures.json', import.meta.url), 'utf8');
  expect(JSON.parse(file)).toEqual(table());
});

test('HubSpot’s client takes every signature of the table, and no other', () => {
  for (const one of table()) {
    const options = {
      clientSecret: one.secret,
      method: one.method,
      url: one.url,
      requestBody: one.body,
      timestamp: one.timestamp,
      signatureVersion: one.version,
    };
    const now = Date.now;
    Date.now = () => one.timestamp;
    try {
      expect(Signature.isValid({ ...options, signature: one.signature }), JSON.stringify(one)).toBe(true);
      expect(Signature.isValid({ ...options, signature: `${one.signature}x` })).toBe(false);
    } finally {
      Date.now = now;
    }
  }
});
