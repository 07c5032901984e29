import type { AcceptedWithin, Fault, ProblemCode, RememberedKey } from '@mail/domain';
import { pageBounds, type Page } from '../page.js';
import { run, statement, type Runner } from '../statement.js';

/** A row of `malformed_commands` without its bytes. */
export interface ListedMalformedCommand {
  readonly malformed_id: string;
  readonly stream: string;
  readonly incarnation: number;
  readonly entry_id: string;
  readonly source: string | null;
  readonly idempotency_key: string | null;
  readonly code: ProblemCode;
  readonly reason: string;
  readonly faults: readonly Fault[];
  readonly raw_bytes: number;
  /** In hex; of what cannot be read alone. What can be read may hold a short secret, which is guessed from a hash. */
  readonly sha256: string | null;
  readonly created_at: Date;
  /** What became of it once an operator had it tried again; `null` each until then. */
  readonly replayed_at: Date | null;
  readonly delivery_id: string | null;
  readonly replay_outcome: RememberedKey['outcome'] | null;
}

// Newest first; $1 to $4 as of every list. Served by malformed_commands_listed_idx.
const list = statement<ListedMalformedCommand>(
  'list_malformed_commands',
  ['malformed_commands_listed_idx'],
  `select malformed_id, stream, incarnation, entry_id, source, idempotency_key, code, reason, faults, raw_bytes,
    case when code in ('malformed_json', 'command_too_large') then encode(sha256, 'hex') end as sha256, created_at,
    replayed_at, delivery_id, replay_outcome
  from malformed_commands
  where (created_at, malformed_id) < ($1::timestamptz, $2::uuid) and created_at >= $3::timestamptz
  order by created_at desc, malformed_id desc limit $4::int`,
);

/** One page of what the stream refused. */
export function listMalformedCommands(runner: Runner, filter: AcceptedWithin, page: Page): Promise<ListedMalformedCommand[]> {
  return run(runner, list, pageBounds(page, filter));
}

export interface StoredMalformedCommand extends ListedMalformedCommand {
  /** `null` where the command may have held a code. */
  readonly raw: Buffer | null;
}

const one = statement<StoredMalformedCommand>(
  'read_malformed_command',
  ['malformed_commands_pkey'],
  `select malformed_id, stream, incarnation, entry_id, source, idempotency_key, code, reason, faults, raw_bytes, encode(sha256, 'hex') as sha256,
    created_at, replayed_at, delivery_id, replay_outcome, raw
  from malformed_commands where malformed_id = $1::uuid`,
);

/** With its bytes, and its hash whatever it is; `null` where there is none. */
export async function readMalformedCommand(runner: Runner, malformedId: string): Promise<StoredMalformedCommand | null> {
  return (await run(runner, one, [malformedId]))[0] ?? null;
}
