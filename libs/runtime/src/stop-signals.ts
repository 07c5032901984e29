import { constants } from 'node:os';

export interface StopSignals {
  /** Resolves at the first signal. */
  readonly requested: Promise<void>;
  /** Resolves when the time to stop in is over. */
  readonly overdue: Promise<'overdue'>;
  readonly received: boolean;
}

/** Listens for SIGTERM and SIGINT: the first asks to stop within `timeoutMs`, a second ends the process at once, with 128 + its number. */
export function stopSignals(timeoutMs: number, onFirst: (signal: NodeJS.Signals) => void): StopSignals {
  let received = false;
  const requested = new Promise<void>((resolve) => {
    const onSignal = (signal: NodeJS.Signals): void => {
      if (received) process.exit(128 + constants.signals[signal]);
      received = true;
      onFirst(signal);
      resolve();
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
  const overdue = requested.then(() => new Promise<'overdue'>((resolve) => setTimeout(() => resolve('overdue'), timeoutMs)));
  return {
    requested,
    overdue,
    get received() {
      return received;
    },
  };
}
