import { adoptionStart, compareEntryIds, validationFailed, type AdoptStreamRequest } from '@mail/domain';
import {
  adoptStream,
  boundedTransaction,
  lockAdoptableStream,
  recordOperatorAction,
  type AdoptableStream,
  type Database,
} from '@mail/persistence';
import { newId } from '@mail/runtime';
import type { StreamAdoptionAnswer } from './openapi/answers/stats.js';
import { ProblemError } from './problem.js';

export interface AdoptionOrder extends Pick<AdoptStreamRequest, 'stream' | 'last_id' | 'dry_run'> {
  readonly operator: string;
}

/**
 * Has a stream that went backwards read on, with the record of who asked for it in one transaction; or tells what that would mean, where
 * it is only tried.
 */
export function adoptOnOrder(database: Database, timeoutMs: number, idempotencyTtlMs: number) {
  return (order: AdoptionOrder): Promise<StreamAdoptionAnswer> =>
    boundedTransaction(database, timeoutMs, async (client) => {
      const { stream, operator, dry_run } = order;
      const stood = await lockAdoptableStream(client, stream);
      if (stood === null) throw ProblemError.of('not_found', 'No such stream was ever consumed.');
      if (stood.halted_at === null) {
        throw ProblemError.of('not_terminal', 'The stream is being read. Only one on which reading has stopped can be adopted.');
      }
      const start = startOf(order, stood, idempotencyTtlMs);
      const adopted = dry_run
        ? { adopted_as: stood.incarnation + 1, incidents_resolved: 0 }
        : await adoptStream(client, stream, start.last_id);
      const answer = { stream, dry_run, incarnation: adopted.adopted_as, ...start, incidents_resolved: adopted.incidents_resolved };
      const gave_up = givenUp(stood);
      if (!dry_run) {
        // The counters that begin anew: nowhere else are the old ones kept.
        const detail = { ...gave_up, stream, adopted_as: adopted.adopted_as, read_on_after: start.last_id, ...countsOf(start) };
        await recordOperatorAction(client, { actionId: newId(), operator, action: 'adopt_stream', deliveryIds: [], detail });
      }
      return { ...answer, gave_up };
    });
}

type Start = Pick<StreamAdoptionAnswer, 'last_id' | 'may_be_sent_again' | 'passed_over' | 'counted_at'>;

function startOf({ last_id: named }: AdoptionOrder, { stock, now }: AdoptableStream, idempotencyTtlMs: number): Start {
  if (named !== null && stock !== null && compareEntryIds(named, stock.last_generated_id) > 0) {
    const detail = `must not be past the newest entry, ${stock.last_generated_id}: nothing could be read after it`;
    throw new ProblemError(validationFailed([{ pointer: '/last_id', detail }]));
  }
  const { lastId, mayBeSentAgain, passedOver } = adoptionStart(named, stock, now.getTime(), idempotencyTtlMs);
  return { last_id: lastId, may_be_sent_again: mayBeSentAgain, passed_over: passedOver, counted_at: stock?.counted_at ?? null };
}

const countsOf = ({ may_be_sent_again, passed_over }: Start): object => ({ may_be_sent_again, passed_over });

function givenUp(stood: AdoptableStream): StreamAdoptionAnswer['gave_up'] {
  return {
    incarnation: stood.incarnation,
    last_id: stood.last_id,
    consumed: Number(stood.consumed),
    accepted: Number(stood.accepted),
    replayed: Number(stood.replayed),
    malformed: Number(stood.malformed),
    missed: Number(stood.missed),
    halted_at: stood.halted_at?.toISOString() ?? null,
  };
}

export type AdoptOnOrder = ReturnType<typeof adoptOnOrder>;
