import type { DeliveryEnd, NewDelivery, Refusal, RememberedKey } from '@mail/domain';
import type { Runner } from './statement.js';
import { insertDeliveries, type CountedBy } from './statements/accept-deliveries.js';
import { readIdempotencyKeys } from './statements/read-idempotency-keys.js';
import { lockSupersedeKeys, supersedeOlder, type Superseding } from './statements/supersede-deliveries.js';

/** One command on its way in: what it becomes if its key is new, and how to tell whether a remembered key is for the same command. */
export interface Candidate {
  readonly scope: string;
  readonly idempotencyKey: string;
  /** A refusal counts only if the key is new: the replay of an accepted command is answered, whatever the catalog says today. */
  readonly preparation: { readonly ok: true; readonly delivery: NewDelivery } | { readonly ok: false; readonly refusal: Refusal };
  matches(key: RememberedKey): boolean;
}

export type { CountedBy };

export type Acceptance =
  | {
      readonly kind: 'accepted';
      readonly deliveryId: string;
      readonly outcome: RememberedKey['outcome'];
      readonly replayed: boolean;
      readonly lane: number;
      /** How those ended that it superseded before their attempt had started. */
      readonly superseded?: readonly DeliveryEnd[] | undefined;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const CONFLICT: Refusal = {
  code: 'idempotency_conflict',
  detail: 'The idempotency key was used before, for another command. Use a new key for a new command.',
  faults: [],
};

/** Whether a batch needs a transaction of its own around `acceptCandidates`, since more than one statement has to hold together. */
export function supersedes(candidates: readonly Candidate[]): boolean {
  return candidates.some(({ preparation }) => preparation.ok && preparation.delivery.supersedeKey !== null);
}

/**
 * Accepts what is new, replays what is remembered, refuses the rest; one answer a candidate, in order. Durable once the
 * runner's transaction has committed. Two candidates with one key count as one after the other. What came from a stream says so
 * by `countedBy`, and what is new of it has to be added to that stream's counter in the same transaction.
 */
export async function acceptCandidates(
  runner: Runner,
  candidates: readonly Candidate[],
  idempotencyTtlMs: number,
  countedBy: CountedBy | null = null,
): Promise<Acceptance[]> {
  const firsts = new Map<string, NewDelivery>();
  for (const { scope, idempotencyKey, preparation } of candidates) {
    const key = keyOf({ scope, idempotencyKey });
    if (preparation.ok && !firsts.has(key)) firsts.set(key, preparation.delivery);
  }
  const deliveries = [...firsts.values()];
  const superseding = deliveries.flatMap((delivery) =>
    delivery.supersedeKey === null ? [] : [{ ...delivery, supersedeKey: delivery.supersedeKey }],
  );
  if (superseding.length > 0) await lockSupersedeKeys(runner, superseding);
  const fresh = new Map<string, RememberedKey['outcome']>();
  if (deliveries.length > 0) {
    for (const row of await insertDeliveries(runner, deliveries, idempotencyTtlMs, countedBy)) fresh.set(row.delivery_id, row.outcome);
  }
  const newest = newestByKey(superseding.filter(({ deliveryId }) => fresh.has(deliveryId)));
  const superseded = newest.length === 0 ? null : await supersedeOlder(runner, newest);

  const isFresh = ({ preparation }: Candidate): boolean => preparation.ok && fresh.has(preparation.delivery.deliveryId);
  const others = candidates.filter((candidate) => !isFresh(candidate));
  const remembered = new Map((others.length === 0 ? [] : await readIdempotencyKeys(runner, others)).map((key) => [keyOf(key), key]));
  // Its time ran out between the two statements: the next try finds it free.
  const freed = others.filter((candidate) => candidate.preparation.ok && !remembered.has(keyOf(candidate)));
  const again = freed.length === 0 ? [] : await acceptCandidates(runner, freed, idempotencyTtlMs, countedBy);
  const answers = new Map(freed.map((candidate, index) => [candidate, again[index]]));

  return candidates.map((candidate) => {
    const { preparation } = candidate;
    const outcome = preparation.ok ? fresh.get(preparation.delivery.deliveryId) : undefined;
    if (preparation.ok && outcome !== undefined) {
      const { deliveryId, lane } = preparation.delivery;
      return { kind: 'accepted', deliveryId, outcome, replayed: false, lane, superseded: superseded?.get(deliveryId) };
    }
    const key = remembered.get(keyOf(candidate));
    if (key === undefined) return answers.get(candidate) ?? { kind: 'refused', refusal: preparation.ok ? CONFLICT : preparation.refusal };
    return candidate.matches(key)
      ? { kind: 'accepted', deliveryId: key.deliveryId, outcome: key.outcome, replayed: true, lane: 2 }
      : { kind: 'refused', refusal: CONFLICT };
  });
}

function keyOf({ scope, idempotencyKey }: { readonly scope: string; readonly idempotencyKey: string }): string {
  return `${scope}\n${idempotencyKey}`;
}

function newestByKey<D extends Superseding>(deliveries: readonly D[]): D[] {
  return [...new Map(deliveries.map((delivery) => [`${delivery.source}\n${delivery.supersedeKey}`, delivery])).values()];
}
