import type { Settlement } from '@mail/domain';
import type { Runner } from './statement.js';
import { readHeldAttempts, type StoredAttemptState } from './statements/read-attempt-states.js';
import { insertSettlements } from './statements/record-settlements.js';

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
}

/**
 * Settles and writes, and where the facts have moved on since they were read (a newer command, a late result), reads them
 * again and settles anew, until each outcome is written or its token is void. With `late: 'leave'` an attempt that has been
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
    // One a delivery and statement: the second would stand on what the first changes.
    const batch = [...new Map(open.map((outcome) => [outcome.state.deliveryId, outcome])).values()].map((outcome) => ({
      outcome,
      settlement: outcome.settle(outcome.state),
    }));
    const written = await insertSettlements(
      runner,
      batch.map(({ outcome: { state, retryAttemptId }, settlement }) => ({ ...state, retryAttemptId, settlement })),
    );
    for (const { outcome, settlement } of batch) {
      if (written.has(outcome.state.attemptId)) recorded.push({ outcome, settlement });
    }
    open = open.filter(({ state }) => !written.has(state.attemptId));
    if (open.length === 0) break;
    const held = await readHeldAttempts(
      runner,
      open.map(({ state }) => state),
    );
    const states = new Map(held.filter((state) => late === 'settle' || !state.late).map((state) => [state.attemptId, state]));
    for (const outcome of open) if (!states.has(outcome.state.attemptId)) recorded.push({ outcome, settlement: null });
    open = open.flatMap((outcome) => {
      const state = states.get(outcome.state.attemptId);
      return state === undefined ? [] : [{ ...outcome, settle: outcome.settle.bind(outcome), state }];
    });
  }
  return recorded;
}
