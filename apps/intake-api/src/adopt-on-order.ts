import { adoptStream, boundedTransaction, recordOperatorAction, type Database, type StreamAdoption } from '@mail/persistence';
import { newId } from '@mail/runtime';
import { ProblemError } from './problem.js';

export interface AdoptionOrder {
  readonly stream: string;
  readonly operator: string;
}

/** Has a stream that went backwards read from its beginning, with the record of who asked for it in one transaction. */
export function adoptOnOrder(database: Database, timeoutMs: number) {
  return async ({ stream, operator }: AdoptionOrder): Promise<StreamAdoption & { readonly adopted_as: number }> => {
    const adoption = await boundedTransaction(database, timeoutMs, async (client) => {
      const tried = await adoptStream(client, stream);
      if (tried !== null && tried.adopted_as !== null) {
        // The counters that begin anew: nowhere else are the old ones kept.
        const action = { actionId: newId(), operator, action: 'adopt_stream', deliveryIds: [], detail: { ...tried } };
        await recordOperatorAction(client, action);
      }
      return tried;
    });
    if (adoption === null) throw ProblemError.of('not_found', 'No such stream was ever consumed.');
    const { adopted_as } = adoption;
    if (adopted_as === null) {
      throw ProblemError.of('not_terminal', 'The stream is being read. Only one on which reading has stopped can be adopted.');
    }
    return { ...adoption, adopted_as };
  };
}

export type AdoptOnOrder = ReturnType<typeof adoptOnOrder>;
