import { setTimeout as pause } from 'node:timers/promises';
import { boundedTransaction, cancelDelivery, recordOperatorAction, type Cancellation, type Database } from '@mail/persistence';
import { newId } from '@mail/runtime';
import { ProblemError } from './problem.js';

export interface CancelOrder {
  readonly deliveryId: string;
  readonly operator: string;
}

/** So long it is tried again while another transaction holds the delivery: what the service does itself is over by then. */
const HELD_MS = 500;
const HELD_AGAIN_MS = 50;

/** Ends a queued delivery before its attempt starts, with the record of who asked for it in one transaction. */
export function cancelOnOrder(database: Database, timeoutMs: number) {
  return async ({ deliveryId, operator }: CancelOrder): Promise<Cancellation> => {
    const cancel = (): Promise<Cancellation | null> =>
      boundedTransaction(database, timeoutMs, async (client) => {
        const tried = await cancelDelivery(client, deliveryId);
        if (tried?.cancelled === true) {
          const { status, end_reason } = tried;
          const action = { actionId: newId(), operator, action: 'cancel', deliveryIds: [deliveryId], detail: { status, end_reason } };
          await recordOperatorAction(client, action);
        }
        return tried;
      });
    const untilMs = performance.now() + HELD_MS;
    let cancellation = await cancel();
    while (cancellation?.held === true && performance.now() < untilMs) {
      await pause(HELD_AGAIN_MS);
      cancellation = await cancel();
    }
    if (cancellation?.held === true) throw ProblemError.of('overloaded', HELD);
    if (cancellation === null) throw ProblemError.of('not_found', 'There is no such delivery.');
    if (!cancellation.cancelled) throw ProblemError.of('not_cancellable', whyNot(cancellation));
    return cancellation;
  };
}

const HELD = 'Another transaction holds a row of this delivery: a session that is open in the database. Nothing was changed: try again.';

function whyNot({ status, end_reason }: Cancellation): string {
  return status === 'queued'
    ? 'An attempt is in progress: its mail may be out at any moment. Once it has ended, a delivery that waits for a retry can be cancelled.'
    : `The delivery has ended: ${status}, ${String(end_reason)}.`;
}

export type CancelOnOrder = ReturnType<typeof cancelOnOrder>;
