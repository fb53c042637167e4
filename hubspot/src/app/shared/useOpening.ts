import { useState } from 'react';

import { page, type Wanted } from './server';

export type OpenIframeModal = (
  modal: { uri: string; width: number; height: number; title: string },
  onClose?: () => void,
) => void;

/** Opens Septet's page in a window of HubSpot's: whether that is under way, or has failed. */
export function useOpening(base: string, openIframeModal: OpenIframeModal) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const open = async (wanted: Wanted, title: string, onClose: () => void) => {
    setBusy(true);
    setFailed(false);
    try {
      // Only now: the address is good for a minute.
      const uri = await page(base, wanted);
      openIframeModal({ uri, title, width: 1100, height: 780 }, onClose);
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };
  return { busy, failed, open };
}
