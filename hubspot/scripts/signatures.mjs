// Requests of every kind with the signatures that HubSpot's own client makes for them.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { Signature } from '@hubspot/api-client';

const secret = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';
const bodies = ['', '{"example_field":"example_value"}', "{'a':'b'}", '{"nome":"Inês 😀\\n"}', '[]'];
const urls = [
  'https://www.example.com/webhook_uri',
  'https://sms.example/hubspot/card?objectTypeId=0-1&objectId=101&portalId=1&userEmail=ana%20b%2Bc',
  'https://sms.example/x?q=100%25&r=%C3%A9&s=a%26b%3Dc',
];

/** One row for each version, method, address and body. */
export function table() {
  const rows = [];
  let timestamp = 1_693_657_560_000;
  for (const version of ['v1', 'v2', 'v3']) {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      for (const url of urls) {
        for (const body of bodies) {
          timestamp += 1;
          const options = { clientSecret: secret, method, url, requestBody: body, timestamp };
          const signature = Signature.getSignature(method, version, options);
          rows.push({ version, secret, method, url, body, timestamp, signature });
        }
      }
    }
  }
  return rows;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = table().map((row) => `  ${JSON.stringify(row)}`);
  const file = new URL('../tests/signatures.json', import.meta.url);
  writeFileSync(file, `[\n${rows.join(',\n')}\n]\n`);
}
