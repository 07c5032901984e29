import type { KeptCommand, RememberedKey } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';

/** A malformed command, held until the end of the transaction. */
export interface HeldMalformedCommand extends KeptCommand {
  readonly stream: string;
  readonly entryId: string;
  /** What became of it where it was tried again before. */
  readonly replayed: { readonly deliveryId: string; readonly outcome: RememberedKey['outcome'] } | null;
}

interface Row {
  readonly stream: string;
  readonly entry_id: string;
  readonly source: string | null;
  readonly idempotency_key: string | null;
  readonly raw: Buffer | null;
  readonly raw_bytes: number;
  readonly code: KeptCommand['code'];
  readonly reason: string;
  readonly faults: KeptCommand['faults'];
  readonly delivery_id: string | null;
  readonly replay_outcome: RememberedKey['outcome'] | null;
}

// Holds the malformed command $1, so that of two who try it again one waits, and sees what the other did. Served by malformed_commands_pkey.
const lock = statement<Row>(
  'lock_malformed_command',
  ['malformed_commands_pkey'],
  `select stream, entry_id, source, idempotency_key, raw, raw_bytes, code, reason, faults, delivery_id, replay_outcome
  from malformed_commands where malformed_id = $1 for update`,
);

export async function lockMalformedCommand(client: Runner, malformedId: string): Promise<HeldMalformedCommand | null> {
  const [row] = await run(client, lock, [malformedId]);
  if (row === undefined) return null;
  const { delivery_id: deliveryId, replay_outcome: outcome, entry_id, idempotency_key, raw_bytes, ...same } = row;
  return {
    ...same,
    entryId: entry_id,
    idempotencyKey: idempotency_key,
    rawBytes: raw_bytes,
    replayed: deliveryId === null || outcome === null ? null : { deliveryId, outcome },
  };
}

// Served by malformed_commands_pkey.
const mark = statement(
  'mark_malformed_replayed',
  ['malformed_commands_pkey'],
  `update malformed_commands set replayed_at = date_trunc('milliseconds', now()), delivery_id = $2, replay_outcome = $3 where malformed_id = $1`,
);

export async function markMalformedReplayed(
  client: Runner,
  malformedId: string,
  { deliveryId, outcome }: NonNullable<HeldMalformedCommand['replayed']>,
): Promise<void> {
  await run(client, mark, [malformedId, deliveryId, outcome]);
}
