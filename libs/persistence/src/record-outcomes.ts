import type { Settlement } from '@mail/domain';
import type { Runner } from './statement.js';
import { readHeldAttempts, type StoredAttemptState } from './statements/read-attempt-states.js';
import { insertSettlements, insertSettlementsAndTake, type SettledAttempt } from './statements/record-settlements.js';
import type { TakenAttempt } from './statements/take-attempts.js';

/** An attempt whose result is known, and what to make of it, given the facts. */
export interface Outcome {
  readonly state: StoredAttemptState;
  settle(state: StoredAttemptState): Settlement;
  /** The id for the next attempt, should there be one. */
  readonly retryAttemptId: string;
}

export interface Recorded {
  readonly outcome: Outcome;
  /** `null`: the token is void, since somebody else has settled the attempt for good. */
  readonly settlement: Settlement | null;
  /** Whether the delivery ended by it. `again`: it had ended as uncertain, and turned out to be sent. */
  readonly ended: 'first' | 'again' | null;
  /** Another transaction holds a row of the delivery: nothing is settled yet, and it is to be tried again. */
  readonly locked?: true;
}

/**
 * Settles and writes, and where the facts have moved on since they were read (a newer command, a late result), reads them
 * again and settles anew, until each outcome is written or its token is void. None waits for what another holds. With `late: 'leave'` an attempt that has been
 * recovered meanwhile counts as void: for whoever knows no more than that it was lost.
 */
export async function recordOutcomes(
  runner: Runner,
  outcomes: readonly Outcome[],
  { late }: { late: 'settle' | 'leave' },
): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  let open = [...outcomes];
  while (open.length > 0) {
    const batch = settled(open);
    const written = await insertSettlements(runner, batch.map(rowOf));
    for (const { outcome, settlement } of batch) {
      const ends = written.get(outcome.state.attemptId);
      if (ends === undefined) continue;
      recorded.push({ outcome, settlement, ended: !ends ? null : outcome.state.deliveryStatus === 'queued' ? 'first' : 'again' });
    }
    open = open.filter(({ state }) => !written.has(state.attemptId));
    if (open.length === 0) break;
    const held = await readHeldAttempts(
      runner,
      open.map(({ state }) => state),
    );
    const states = new Map(held.filter((state) => late === 'settle' || !state.late).map((state) => [state.attemptId, state]));
    const again: Outcome[] = [];
    for (const outcome of open) {
      const state = states.get(outcome.state.attemptId);
      if (state === undefined) recorded.push({ outcome, settlement: null, ended: null });
      else if (haveNotMoved(outcome.state, state)) recorded.push({ outcome, settlement: null, ended: null, locked: true });
      else again.push({ ...outcome, settle: outcome.settle.bind(outcome), state });
    }
    open = again;
  }
  return recorded;
}

/** A settlement of facts that still hold is written, unless a row is locked. */
function haveNotMoved(before: StoredAttemptState, now: StoredAttemptState): boolean {
  return before.revision === now.revision && before.late === now.late;
}

/** `left`: the facts have moved on, or what the settlement needs is more than one statement: for `recordOutcomes`. */
export interface RecordedAndTaken {
  readonly recorded: readonly SettledOutcome[];
  readonly left: readonly Outcome[];
  readonly taken: TakenAttempt[];
}

/** Settles and writes what it can, and takes up to `limit` claimed attempts, none of `but`, all in one statement. */
export async function recordAndTake(
  runner: Runner,
  outcomes: readonly Outcome[],
  limit: number,
  workerId: string,
  but: readonly string[] = [],
): Promise<RecordedAndTaken> {
  const batch = settled(outcomes).filter(({ settlement }) => !settlement.cancelUnstartedRetry);
  const { written, taken } = await insertSettlementsAndTake(runner, batch.map(rowOf), limit, workerId, but);
  const recorded = batch.filter(({ outcome }) => written.has(outcome.state.attemptId));
  return { recorded, left: outcomes.filter(({ state }) => !written.has(state.attemptId)), taken };
}

export interface SettledOutcome {
  readonly outcome: Outcome;
  readonly settlement: Settlement;
}

/** One a delivery and statement: the second would stand on what the first changes. */
function settled(outcomes: readonly Outcome[]): SettledOutcome[] {
  const ofDelivery = new Map(outcomes.map((outcome) => [outcome.state.deliveryId, outcome]));
  return [...ofDelivery.values()].map((outcome) => ({ outcome, settlement: outcome.settle(outcome.state) }));
}

function rowOf({ outcome: { state, retryAttemptId }, settlement }: SettledOutcome): SettledAttempt {
  return { ...state, retryAttemptId, settlement };
}
