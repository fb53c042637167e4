import { hubspot } from '@hubspot/ui-extensions';

import { Account } from '../shared/Account';

hubspot.extend<'settings'>(({ context }) => (
  <Account
    base={String(context.variables?.SEPTET_URL ?? '')}
    locale={context.user.locale ?? 'en'}
  />
));
