import { useCallback, useEffect, useState } from 'react';

/** Something that is asked for: on its way, here, or not to be had. */
export type Remote<T> =
  | { kind: 'loading' }
  | { kind: 'ready'; value: T }
  | { kind: 'failed' };

/** Asks at once, and again whenever `ask` is called. */
export function useRemote<T>(question: () => Promise<T>, key: string): [Remote<T>, () => void] {
  const [remote, setRemote] = useState<Remote<T>>({ kind: 'loading' });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let gone = false;
    setRemote({ kind: 'loading' });
    question().then(
      (value) => gone || setRemote({ kind: 'ready', value }),
      () => gone || setRemote({ kind: 'failed' }),
    );
    return () => {
      gone = true;
    };
    // What is asked for changes with its key, and not with every function.
  }, [key, round]);
  return [remote, useCallback(() => setRound((round) => round + 1), [])];
}
