// The app's tab in HubSpot's settings: how the account stands, and the way to Septet's own,
// where whoever changes something has to sign in with the right to install apps.

import {
  Alert,
  Button,
  DescriptionList,
  DescriptionListItem,
  ErrorState,
  Flex,
  Link,
  LoadingSpinner,
  Text,
} from '@hubspot/ui-extensions';

import { account } from './server';
import { textsOf } from './texts';
import { useRemote } from './useRemote';

interface Props {
  base: string;
  locale: string;
}

export function Account({ base, locale }: Props) {
  const texts = textsOf(locale);
  const [view, ask] = useRemote(() => account(base), 'account');
  if (view.kind === 'loading') return <LoadingSpinner label={texts.loading} />;
  if (view.kind === 'failed') {
    return (
      <ErrorState title={texts.failed}>
        <Button onClick={ask}>{texts.retry}</Button>
      </ErrorState>
    );
  }
  const { state, credit, account: name, connected, page } = view.value;
  if (!connected) return <Alert title={texts.disconnected} variant="warning" />;
  return (
    <Flex direction="column" gap="medium">
      {state === 'ready' ? (
        <Alert title={texts.connected} variant="success" />
      ) : (
        <Alert title={texts[state]} variant="warning" />
      )}
      <DescriptionList>
        <DescriptionListItem label={texts.account}>{name}</DescriptionListItem>
        <DescriptionListItem label={texts.credit}>{credit ?? '–'}</DescriptionListItem>
      </DescriptionList>
      <Text>{texts.next}</Text>
      <Link href={{ url: `${page}settings`, external: true }}>{texts.settings}</Link>
    </Flex>
  );
}
