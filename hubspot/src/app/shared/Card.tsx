// The card on the record of a contact, a company or a deal.

import {
  Alert,
  Button,
  ButtonRow,
  Checkbox,
  ErrorState,
  Flex,
  Heading,
  LoadingSpinner,
  StatusTag,
  Text,
} from '@hubspot/ui-extensions';
import { useState } from 'react';

import { card, type CardView, type Message, type Person } from './server';
import { textsOf, type Texts } from './texts';
import { type OpenIframeModal, useOpening } from './useOpening';
import { useRemote } from './useRemote';

const CONTACT = '0-1';

interface Props {
  record: { objectTypeId: string; objectId: string };
  /** Where Septet's server is. */
  base: string;
  locale: string;
  openIframeModal: OpenIframeModal;
  /** Septet writes properties of contacts when it sends. */
  onSent: () => void;
}

export function Card({ record, base, locale, openIframeModal, onSent }: Props) {
  const texts = textsOf(locale);
  const { objectTypeId, objectId } = record;
  const [view, ask] = useRemote(
    () => card(base, objectTypeId, objectId),
    `${objectTypeId}/${objectId}`,
  );
  if (view.kind === 'loading') return <LoadingSpinner label={texts.loading} />;
  if (view.kind === 'failed') {
    return (
      <ErrorState title={texts.failed}>
        <Button onClick={ask}>{texts.retry}</Button>
      </ErrorState>
    );
  }
  const done = () => {
    ask();
    onSent();
  };
  return (
    <Shown
      view={view.value}
      texts={texts}
      isContact={objectTypeId === CONTACT}
      base={base}
      locale={locale}
      openIframeModal={openIframeModal}
      onDone={done}
    />
  );
}

interface ShownProps {
  view: CardView;
  texts: Texts;
  isContact: boolean;
  base: string;
  locale: string;
  openIframeModal: OpenIframeModal;
  onDone: () => void;
}

function Shown({ view, texts, isContact, base, locale, openIframeModal, onDone }: ShownProps) {
  const { busy, failed, open } = useOpening(base, openIframeModal);
  const [left, setLeft] = useState<string[]>([]);
  if (view.state === 'disconnected') {
    return <Alert title={texts.disconnected} variant="warning" />;
  }
  const chosen = view.contacts.filter((one) => one.may_send && !left.includes(one.id));
  const can = view.state === 'ready' || view.state === 'provider_unreachable';
  const send = (channel: 'SMS' | 'VOICE', title: string) => {
    const objectIds = chosen.map((one) => one.id);
    const wanted = { objectTypeId: CONTACT, objectIds, locale, channel };
    void open(wanted, title, onDone);
  };
  const idle = can && chosen.length > 0 && !busy;
  return (
    <Flex direction="column" gap="small">
      {view.state !== 'ready' && <Alert title={texts[view.state]} variant="warning" />}
      {failed && <Alert title={texts.refused} variant="error" />}
      {view.credit !== null && (
        <Text>
          {texts.credit}: {view.credit}
        </Text>
      )}
      {view.contacts.length === 0 && <Text>{texts.nobody}</Text>}
      {isContact
        ? view.contacts.map((one) => <Recipient key={one.id} person={one} texts={texts} />)
        : view.contacts.map((one) => (
            <Checkbox
              key={one.id}
              name={one.id}
              checked={chosen.includes(one)}
              readOnly={!one.may_send}
              onChange={(on) =>
                setLeft((left) =>
                  on ? left.filter((id) => id !== one.id) : [...left, one.id],
                )
              }
            >
              {one.name}
              {one.why_not ? ` · ${texts[one.why_not]}` : ''}
            </Checkbox>
          ))}
      {view.more_contacts && <Text variant="microcopy">{texts.more}</Text>}
      <ButtonRow>
        <Button variant="primary" disabled={!idle} onClick={() => send('SMS', texts.send_sms)}>
          {texts.send_sms}
        </Button>
        <Button
          disabled={!idle || !view.voice}
          onClick={() => send('VOICE', texts.send_voice)}
        >
          {texts.send_voice}
        </Button>
      </ButtonRow>
      {!view.voice && <Text variant="microcopy">{texts.voice_off}</Text>}
      <Heading>{texts.messages}</Heading>
      {view.messages.length === 0 ? (
        <Text>{texts.no_messages}</Text>
      ) : (
        view.messages.map((one) => (
          <Line key={one.id} message={one} texts={texts} locale={locale} />
        ))
      )}
    </Flex>
  );
}

function Recipient({ person, texts }: { person: Person; texts: Texts }) {
  return (
    <Flex direction="column" gap="flush">
      <Text>{person.phone ?? ''}</Text>
      {person.why_not && <StatusTag variant="warning">{texts[person.why_not]}</StatusTag>}
    </Flex>
  );
}

const VARIANTS = {
  delivered: 'success',
  undelivered: 'danger',
  not_sent: 'danger',
  in_doubt: 'warning',
} as const;

function Line({ message, texts, locale }: { message: Message; texts: Texts; locale: string }) {
  const known = `state_${message.state}` as keyof Texts;
  const state = known in texts ? texts[known] : texts.state_waiting;
  const variant = VARIANTS[message.state as keyof typeof VARIANTS] ?? 'info';
  const when = new Date(message.at).toLocaleString(locale);
  return (
    <Flex direction="column" gap="flush">
      <StatusTag variant={variant}>{message.clicked ? `${state} · ${texts.clicked}` : state}</StatusTag>
      <Text variant="microcopy">
        {message.campaign} · {when}
      </Text>
    </Flex>
  );
}
