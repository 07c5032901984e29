import { boundedTransaction, cancelDelivery, recordOperatorAction, type Cancellation, type Database } from '@mail/persistence';
import { newId } from '@mail/runtime';
import { ProblemError } from './problem.js';

export interface CancelOrder {
  readonly deliveryId: string;
  readonly operator: string;
}

/** Ends a queued delivery before its attempt starts, with the record of who asked for it in one transaction. */
export function cancelOnOrder(database: Database, timeoutMs: number) {
  return async ({ deliveryId, operator }: CancelOrder): Promise<Cancellation> => {
    const cancellation = await boundedTransaction(database, timeoutMs, async (client) => {
      const tried = await cancelDelivery(client, deliveryId);
      if (tried?.cancelled === true) {
        const { status, end_reason } = tried;
        const action = { actionId: newId(), operator, action: 'cancel', deliveryIds: [deliveryId], detail: { status, end_reason } };
        await recordOperatorAction(client, action);
      }
      return tried;
    });
    if (cancellation === null) throw ProblemError.of('not_found', 'There is no such delivery.');
    if (!cancellation.cancelled) throw ProblemError.of('not_cancellable', whyNot(cancellation));
    return cancellation;
  };
}

function whyNot({ status, end_reason }: Cancellation): string {
  return status === 'queued'
    ? 'An attempt is in progress: its mail may be out at any moment. Once it has ended, a delivery that waits for a retry can be cancelled.'
    : `The delivery has ended: ${status}, ${String(end_reason)}.`;
}

export type CancelOnOrder = ReturnType<typeof cancelOnOrder>;
