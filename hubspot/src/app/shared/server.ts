// What Septet's server is asked, through HubSpot's proxy, which signs each request.

import { hubspot } from '@hubspot/ui-extensions';

export type Standing =
  | 'ready'
  | 'disconnected'
  | 'missing_credentials'
  | 'credentials_refused'
  | 'provider_unreachable';

export interface Person {
  id: string;
  name: string;
  phone: string | null;
  opted_out: boolean;
  marketing: boolean;
  may_send: boolean;
  why_not: 'no_number' | 'opted_out' | 'not_marketing' | null;
}

export interface Message {
  id: string;
  contact_id: string;
  channel: 'SMS' | 'VOICE';
  state: string;
  reason: string | null;
  parts: number | null;
  /** Milliseconds since the Unix epoch. */
  at: number;
  campaign: string;
  clicked: boolean;
}

export interface CardView {
  state: Standing;
  credit: string | null;
  voice: boolean;
  contacts: Person[];
  more_contacts: boolean;
  messages: Message[];
}

export interface AccountView {
  connected: boolean;
  account: string;
  state: Standing;
  credit: string | null;
  /** Septet's own address, where people with the right to install apps sign in. */
  page: string;
}

export interface Wanted {
  objectTypeId: string;
  objectIds: string[];
  locale: string;
  channel?: 'SMS' | 'VOICE';
}

async function ask<T>(url: string, options: Parameters<typeof hubspot.fetch>[1]): Promise<T> {
  const answer = await hubspot.fetch(url, options);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return (await answer.json()) as T;
}

/** Whom a record's card can send to, and what was last sent. */
export function card(base: string, objectTypeId: string, objectId: string): Promise<CardView> {
  const record = `objectTypeId=${encodeURIComponent(objectTypeId)}&objectId=${encodeURIComponent(objectId)}`;
  return ask(`${base}/hubspot/card?${record}`, { method: 'GET' });
}

/** How the account stands. */
export function account(base: string): Promise<AccountView> {
  return ask(`${base}/hubspot/settings`, { method: 'GET' });
}

/** The address of Septet's page, good once and for a minute. */
export async function page(base: string, wanted: Wanted): Promise<string> {
  const opened = await ask<{ url: string }>(`${base}/hubspot/session`, {
    method: 'POST',
    body: { ...wanted },
  });
  return opened.url;
}
