import { hasExcessFields, parseStreamEntry, type StreamCommand } from './command-stream-entry.js';
import type { Fault, ProblemCode, Refusal } from './problem.js';

/** What is kept of an entry that was refused. */
export interface KeptCommand {
  readonly source: string | null;
  readonly idempotencyKey: string | null;
  /** Its command, cut at the bound of that time; `null` where it may have held a code. */
  readonly raw: Buffer | null;
  /** Length of the whole command. */
  readonly rawBytes: number;
  readonly code: ProblemCode;
  readonly reason: string;
  readonly faults: readonly Fault[];
}

/** Reads a command that was refused once more, as the stream's consumer reads an entry: code and catalog may know more by now. */
export function parseKeptCommand(
  { source, idempotencyKey, raw, rawBytes, code, reason, faults }: KeptCommand,
  maxBytes: number,
): StreamCommand | { readonly ok: false; readonly refusal: Refusal } {
  if (raw === null)
    return gone('Nothing of the command was kept, since it may have held a login code or another secret. Have the caller send a new one.');
  if (raw.length < rawBytes) return gone(`Of the command's ${rawBytes} bytes ${raw.length} were kept. Have the caller send a new one.`);
  // Of such a field nothing is kept, nor which of two was meant.
  if (hasExcessFields(faults)) return { ok: false, refusal: { code, detail: reason, faults } };
  const fields = [
    ['source', source],
    ['idempotency_key', idempotencyKey],
    ['command', raw],
  ] as const;
  return parseStreamEntry(
    fields.flatMap(([name, value]) => (value === null ? [] : [[Buffer.from(name), Buffer.from(value)] as const])),
    maxBytes,
  );
}

function gone(detail: string): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: { code: 'content_purged', detail, faults: [] } };
}
