import { Alert, Button, Checkbox, ErrorState, LoadingSpinner, StatusTag, Text, hubspot } from '@hubspot/ui-extensions';
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { afterEach, expect, test, vi } from 'vitest';

import { Card } from '../src/app/shared/Card';
import type { CardView, Person } from '../src/app/shared/server';

const BASE = 'https://sms.example';

const ines: Person = {
  id: '101', name: 'Inês Gonçalves', phone: '+351912000001', opted_out: false,
  marketing: true, may_send: true, why_not: null,
};

const ready: CardView = {
  state: 'ready', credit: '12.5', voice: false, contacts: [ines], more_contacts: false, messages: [],
};

/** Answers as the server does; what was asked. */
function server(view: Partial<CardView> | number, session: unknown = { url: `${BASE}/embed#ticket=t` }) {
  const asked: { url: string; body?: unknown }[] = [];
  vi.spyOn(hubspot, 'fetch').mockImplementation(async (url, options) => {
    asked.push({ url: String(url), body: options?.body });
    if (String(url).endsWith('/hubspot/session')) {
      return new Response(JSON.stringify(session), { status: session ? 200 : 404 });
    }
    const body = typeof view === 'number' ? {} : { ...ready, ...view };
    return new Response(JSON.stringify(body), { status: typeof view === 'number' ? view : 200 });
  });
  return asked;
}

function draw(objectTypeId = '0-1', locale = 'en') {
  const openIframeModal = vi.fn();
  const onSent = vi.fn();
  const renderer = createRenderer('crm.record.sidebar');
  renderer.render(
    <Card record={{ objectTypeId, objectId: '101' }} base={BASE} locale={locale}
      openIframeModal={openIframeModal} onSent={onSent} />,
  );
  const send = () => renderer.find(Button);
  return { ...renderer, openIframeModal, onSent, send };
}

afterEach(() => vi.restoreAllMocks());

test('it asks for its record, and opens the composer with a fresh address', async () => {
  const asked = server({});
  const card = draw();
  card.find(LoadingSpinner);
  await card.waitFor(() => card.send());
  expect(asked[0]!.url).toBe(`${BASE}/hubspot/card?objectTypeId=0-1&objectId=101`);
  card.find(Text, (one) => one.text?.includes('12.5') ?? false);
  card.send().trigger('onClick');
  await card.waitFor(() => expect(card.openIframeModal).toHaveBeenCalled());
  expect(asked[1]!.body).toEqual({
    objectTypeId: '0-1', objectIds: ['101'], locale: 'en', channel: 'SMS',
  });
  expect(card.openIframeModal.mock.calls[0]![0].uri).toBe(`${BASE}/embed#ticket=t`);
  // Closed: what was sent is asked for, and HubSpot reads the properties again.
  card.openIframeModal.mock.calls[0]![1]();
  expect(card.onSent).toHaveBeenCalled();
  await card.waitFor(() => expect(asked.length).toBe(3));
});

test.each(['no_number', 'opted_out', 'not_marketing'] as const)('whoever is %s cannot be sent to', async (why) => {
  server({ contacts: [{ ...ines, may_send: false, why_not: why }] });
  const card = draw();
  await card.waitFor(() => card.find(StatusTag));
  expect(card.send().props.disabled).toBe(true);
});

test.each([
  ['disconnected', 'not connected'],
  ['missing_credentials', '360nrs account'],
  ['credentials_refused', 'refuses'],
] as const)('an account that is %s says so and sends nothing', async (state, words) => {
  server({ state });
  const card = draw();
  await card.waitFor(() => card.find(Alert));
  expect(card.find(Alert).props.title).toContain(words);
  for (const button of card.findAll(Button)) expect(button.props.disabled).toBe(true);
});

test('a provider that does not answer holds up nobody who writes', async () => {
  server({ state: 'provider_unreachable' });
  const card = draw();
  await card.waitFor(() => card.find(Alert));
  expect(card.send().props.disabled).toBe(false);
});

test('of a company some contacts can be left out', async () => {
  const asked = server({ contacts: [ines, { ...ines, id: '102', name: 'Íñigo' }] });
  const card = draw('0-2');
  await card.waitFor(() => expect(card.findAll(Checkbox).length).toBe(2));
  card.findAll(Checkbox)[0]!.trigger('onChange', false as never);
  await card.waitFor(() => expect(card.findAll(Checkbox)[0]!.props.checked).toBe(false));
  card.send().trigger('onClick');
  await card.waitFor(() => expect(card.openIframeModal).toHaveBeenCalled());
  expect(asked[1]!.body).toMatchObject({ objectTypeId: '0-1', objectIds: ['102'] });
});

test('messages have their state, in the language of the person', async () => {
  const message = {
    id: '7', contact_id: '101', channel: 'SMS' as const, reason: null, parts: 1, at: 0, campaign: 'Outono',
  };
  server({ messages: [
    { ...message, state: 'delivered', clicked: true },
    { ...message, id: '8', state: 'attempting', clicked: false },
  ] });
  const card = draw('0-1', 'pt-br');
  await card.waitFor(() => expect(card.findAll(StatusTag).length).toBe(2));
  expect(card.findAll(StatusTag).map((tag) => tag.text)).toEqual(['Entregue · Com clique', 'Em espera']);
});

test('a server that does not answer is asked again', async () => {
  const asked = server(503);
  const card = draw();
  await card.waitFor(() => card.find(ErrorState));
  card.find(Button).trigger('onClick');
  await card.waitFor(() => expect(asked.length).toBe(2));
});

test('an address that is refused opens nothing', async () => {
  server({}, null);
  const card = draw();
  await card.waitFor(() => card.send());
  card.send().trigger('onClick');
  await card.waitFor(() => card.find(Alert));
  expect(card.openIframeModal).not.toHaveBeenCalled();
  expect(card.send().props.disabled).toBe(false);
});
