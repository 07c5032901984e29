import type { Fault, ProblemCode } from '@mail/domain';
import { arrayOf } from '../binary-array.js';
import { run, statement, type Runner } from '../statement.js';

export interface MalformedCommand {
  readonly malformedId: string;
  readonly stream: string;
  readonly incarnation: number;
  readonly entryId: string;
  readonly source: string | null;
  readonly idempotencyKey: string | null;
  /** The command's raw bytes, cut at the bound; `null`, as its hash, where they may hold a code. */
  readonly raw: Buffer | null;
  readonly sha256: Buffer | null;
  /** Length of the whole command in bytes. */
  readonly rawBytes: number;
  readonly code: ProblemCode;
  readonly reason: string;
  readonly faults: readonly Fault[];
}

// Records commands of the stream that cannot be accepted, once an entry. Served by recorded_once.
const recordMalformed = statement(
  'record_malformed_commands',
  ['recorded_once'],
  `insert into malformed_commands (malformed_id, stream, incarnation, entry_id, source, idempotency_key, raw, raw_bytes, sha256, code, reason, faults, created_at)
  select t.*, date_trunc('milliseconds', now())
  from unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::int[], $9::bytea[], $10::text[], $11::text[], $12::jsonb[])
    as t(malformed_id, stream, incarnation, entry_id, source, idempotency_key, raw, raw_bytes, sha256, code, reason, faults)
  on conflict (stream, incarnation, entry_id) do nothing`,
);

export async function recordMalformedCommands(runner: Runner, commands: readonly MalformedCommand[]): Promise<void> {
  const column = <T>(of: (command: MalformedCommand) => T): T[] => commands.map(of);
  await run(runner, recordMalformed, [
    arrayOf.uuid(column((c) => c.malformedId)),
    arrayOf.text(column((c) => c.stream)),
    arrayOf.int4(column((c) => c.incarnation)),
    arrayOf.text(column((c) => c.entryId)),
    arrayOf.text(column((c) => c.source)),
    arrayOf.text(column((c) => c.idempotencyKey)),
    arrayOf.bytea(column((c) => c.raw)),
    arrayOf.int4(column((c) => c.rawBytes)),
    arrayOf.bytea(column((c) => c.sha256)),
    arrayOf.text(column((c) => c.code)),
    arrayOf.text(column((c) => c.reason)),
    arrayOf.jsonb(column((c) => JSON.stringify(c.faults))),
  ]);
}
