// The panel for contacts that were selected in a table.

import { Alert, Button, Flex, Text } from '@hubspot/ui-extensions';

import { textsOf } from './texts';
import { type OpenIframeModal, useOpening } from './useOpening';

/** More than that are a list. */
const MOST = 500;

interface Props {
  objectTypeId: string;
  objectIds: string[];
  base: string;
  locale: string;
  openIframeModal: OpenIframeModal;
}

export function Selected({ objectTypeId, objectIds, base, locale, openIframeModal }: Props) {
  const texts = textsOf(locale);
  const { busy, failed, open } = useOpening(base, openIframeModal);
  const many = objectIds.length > MOST;
  const send = () => {
    const wanted = { objectTypeId, objectIds, locale };
    void open(wanted, texts.send_sms, () => {});
  };
  return (
    <Flex direction="column" gap="small">
      <Text>
        {texts.selected}: {objectIds.length}
      </Text>
      {many && <Alert title={texts.too_many} variant="warning" />}
      {failed && <Alert title={texts.refused} variant="error" />}
      <Button
        variant="primary"
        disabled={busy || many || objectIds.length === 0}
        onClick={send}
      >
        {texts.send_sms}
      </Button>
    </Flex>
  );
}
