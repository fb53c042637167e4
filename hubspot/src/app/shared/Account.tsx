// The app's tab in HubSpot's settings: how the account stands, and the way to Septet's own.

import {
  Alert,
  Button,
  DescriptionList,
  DescriptionListItem,
  ErrorState,
  Flex,
  LoadingSpinner,
  Text,
} from '@hubspot/ui-extensions';

import { account } from './server';
import { textsOf } from './texts';
import { type OpenIframeModal, useOpening } from './useOpening';
import { useRemote } from './useRemote';

interface Props {
  base: string;
  locale: string;
  openIframeModal: OpenIframeModal;
}

export function Account({ base, locale, openIframeModal }: Props) {
  const texts = textsOf(locale);
  const [view, ask] = useRemote(() => account(base), 'account');
  const { busy, failed, open } = useOpening(base, openIframeModal);
  if (view.kind === 'loading') return <LoadingSpinner label={texts.loading} />;
  if (view.kind === 'failed') {
    return (
      <ErrorState title={texts.failed}>
        <Button onClick={ask}>{texts.retry}</Button>
      </ErrorState>
    );
  }
  const { state, credit, account: name, connected } = view.value;
  if (!connected) return <Alert title={texts.disconnected} variant="warning" />;
  return (
    <Flex direction="column" gap="medium">
      {state === 'ready' ? (
        <Alert title={texts.connected} variant="success" />
      ) : (
        <Alert title={texts[state]} variant="warning" />
      )}
      {failed && <Alert title={texts.refused} variant="error" />}
      <DescriptionList>
        <DescriptionListItem label={texts.account}>{name}</DescriptionListItem>
        <DescriptionListItem label={texts.credit}>{credit ?? '–'}</DescriptionListItem>
      </DescriptionList>
      <Text>{texts.next}</Text>
      <Button
        variant="primary"
        disabled={busy}
        onClick={() => void open({ view: 'settings', locale }, texts.settings, ask)}
      >
        {texts.settings}
      </Button>
    </Flex>
  );
}
