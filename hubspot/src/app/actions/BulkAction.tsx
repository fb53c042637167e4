import { hubspot } from '@hubspot/ui-extensions';

import { Selected } from '../shared/Selected';

hubspot.extend<'crm.bulkActions'>(({ context, actions }) => (
  <Selected
    objectTypeId={context.crm.objectTypeId}
    objectIds={context.crm.objectIds.map(String)}
    base={String(context.variables?.SEPTET_URL ?? '')}
    locale={context.user.locale ?? 'en'}
    openIframeModal={actions.openIframeModal}
  />
));
