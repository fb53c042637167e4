import { Alert, Button, Link, hubspot } from '@hubspot/ui-extensions';
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { afterEach, expect, test, vi } from 'vitest';

import { Account } from '../src/app/shared/Account';
import { Selected } from '../src/app/shared/Selected';

const BASE = 'https://sms.example';

function answers(body: unknown) {
  return vi.spyOn(hubspot, 'fetch').mockImplementation(async () => new Response(JSON.stringify(body)));
}

afterEach(() => vi.restoreAllMocks());

test('selected contacts are sent to from a panel, up to a list', async () => {
  const fetch = answers({ url: `${BASE}/embed#ticket=t` });
  const draw = (count: number) => {
    const renderer = createRenderer('crm.bulkActions');
    const openIframeModal = vi.fn();
    const objectIds = Array.from({ length: count }, (_, index) => String(index));
    renderer.render(
      <Selected objectTypeId="0-1" objectIds={objectIds} base={BASE} locale="es"
        openIframeModal={openIframeModal} />,
    );
    return { ...renderer, openIframeModal };
  };
  const few = draw(2);
  few.find(Button).trigger('onClick');
  await few.waitFor(() => expect(few.openIframeModal).toHaveBeenCalled());
  expect(fetch.mock.calls[0]![1]!.body).toMatchObject({ objectTypeId: '0-1', objectIds: ['0', '1'] });
  const many = draw(501);
  expect(many.find(Button).props.disabled).toBe(true);
  expect(many.find(Alert).props.title).toContain('lista');
  expect(draw(0).find(Button).props.disabled).toBe(true);
});

test.each([
  [{ connected: true, account: 'shop.example', state: 'ready', credit: '5', page: `${BASE}/` }, 'Connected'],
  [{ connected: true, account: 'shop.example', state: 'missing_credentials', credit: null, page: `${BASE}/` }, '360nrs account'],
  [{ connected: false, account: '', state: 'disconnected', credit: null, page: `${BASE}/` }, 'not connected'],
])('the tab of settings says how the account stands', async (view, words) => {
  answers(view);
  const renderer = createRenderer('settings');
  renderer.render(<Account base={BASE} locale="en" />);
  await renderer.waitFor(() => renderer.find(Alert));
  expect(renderer.find(Alert).props.title).toContain(words);
  const link = renderer.maybeFind(Link);
  if (view.connected) expect(link!.props.href).toEqual({ url: `${BASE}/settings`, external: true });
  else expect(link).toBeNull();
});
