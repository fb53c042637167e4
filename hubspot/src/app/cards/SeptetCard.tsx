import { hubspot } from '@hubspot/ui-extensions';

import { Card } from '../shared/Card';

hubspot.extend<'crm.record.sidebar'>(({ context, actions }) => (
  <Card
    record={{
      objectTypeId: context.crm.objectTypeId,
      objectId: String(context.crm.objectId),
    }}
    base={String(context.variables?.SEPTET_URL ?? '')}
    locale={context.user.locale ?? 'en'}
    openIframeModal={actions.openIframeModal}
    onSent={() => actions.refreshObjectProperties()}
  />
));
