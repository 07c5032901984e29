import type { Copy } from '../world/fault-sink.ts';

/** What the one who handed a command over knows of it. */
export type Acknowledgement = 'acknowledged' | 'refused' | 'unknown';

/** What the HTTP door answered in the end. */
export interface HttpAnswer {
  readonly status: number;
  /** An answer that was given before, or would have been had it not got lost. */
  readonly replayed: boolean;
  /** When to come back, in seconds; `null` where it does not say. */
  readonly retryAfterS: number | null;
}

export interface SentCommand {
  readonly source: string;
  readonly key: string;
  readonly recipients: readonly string[];
  readonly door: 'http' | 'stream';
  /** By HTTP: 2xx, an error, or no answer. By the stream: XADD answered (with the entry's id), or nothing came. */
  readonly acknowledgement: Acknowledgement;
  /** What the service called it; by HTTP only. */
  readonly deliveryId: string | null;
  /** By HTTP; `null` where none came. */
  readonly answer: HttpAnswer | null;
  readonly sentAtMs: number;
}

/** One recipient of a delivery as the database holds it at the end. */
export interface StoredRecipient {
  readonly delivery_id: string;
  readonly source: string;
  readonly idempotency_key: string;
  readonly status: string;
  readonly message_id: string;
  readonly address: string;
  readonly outcome: string;
  readonly attempts: number;
  readonly uncertain_attempts: number;
  /** The Message-IDs of what was made of it by a resend. */
  readonly resent_as: readonly string[];
}

export interface Evidence {
  readonly commands: readonly SentCommand[];
  readonly copies: readonly Copy[];
  readonly stored: readonly StoredRecipient[];
  /** Keys that were recorded as malformed. */
  readonly malformed: ReadonlySet<string>;
  /** How often the SMTP server has refused something for good meanwhile. */
  readonly refusals: number;
  /** Second copies that the faults may have caused: attempts in flight at each. */
  readonly mayDuplicate: number;
}

/** Jepsen's total queue, for each recipient of each command. */
export interface Verdict {
  readonly commands: number;
  /** Acknowledged, and neither delivered nor visibly ended otherwise. Must be empty. */
  readonly lost: readonly string[];
  /** Delivered, and never handed over. Must be empty. */
  readonly unexpected: readonly string[];
  /** Delivered though nobody told the caller so. */
  readonly recovered: number;
  /** Copies beyond the first, each named. */
  readonly duplicated: readonly string[];
  /** Recipients whose mail may or may not be out at the end. */
  readonly uncertain: number;
  /** What must not be, in words. Empty: the service kept its promise. */
  readonly faults: readonly string[];
}

const name = (source: string, key: string, recipient: string): string => `${source}/${key} → ${recipient}`;

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Whether the database says itself that this recipient got no mail, and why. */
function endedOtherwise({ status, outcome }: StoredRecipient): boolean {
  return status !== 'queued' && outcome !== 'accepted' && outcome !== 'pending';
}

/**
 * Holds what was handed over, what the SMTP server received and what the database says against each other. Only sound once the
 * faults are over and everything has come to its end.
 */
export function verify({ commands, copies, stored, malformed, refusals, mayDuplicate }: Evidence): Verdict {
  // A mail that the server refused at its last byte was not delivered.
  const delivered = copies.filter(({ answer }) => answer === null || !/^[45]/.test(answer));
  const copiesOf = grouped(delivered, ({ recipient }) => recipient);
  const storedOf = grouped(stored, ({ source, idempotency_key, address }) => name(source, idempotency_key, address));
  const lost: string[] = [];
  const duplicated: string[] = [];
  const faults: string[] = [];
  // Another command with the same key may have come first.
  const acknowledged = new Set(commands.flatMap(({ key, acknowledgement }) => (acknowledgement === 'refused' ? [] : [key])));
  let recovered = 0;
  for (const command of commands) {
    for (const recipient of command.recipients) {
      const what = name(command.source, command.key, recipient);
      const rows = storedOf.get(what) ?? [];
      const [row] = rows;
      const received = copiesOf.get(recipient) ?? [];
      if (rows.length > 1) faults.push(`${what} became ${rows.length} deliveries`);
      const visible = row === undefined ? malformed.has(command.key) : endedOtherwise(row);
      if (command.acknowledgement === 'acknowledged' && received.length === 0 && !visible) lost.push(what);
      if (command.acknowledgement === 'unknown' && received.length > 0) recovered += 1;
      const refused = command.acknowledgement === 'refused' && !acknowledged.has(command.key);
      if (refused && row !== undefined) faults.push(`${what} was refused, and is a delivery all the same`);
      if (command.deliveryId !== null && row !== undefined && row.delivery_id !== command.deliveryId) {
        faults.push(`${what} was answered as ${command.deliveryId}, and is ${row.delivery_id}`);
      }
      if (row?.outcome === 'accepted' && received.length === 0) faults.push(`${what} counts as accepted, and never reached the server`);
      if (row !== undefined && row.status === 'queued') faults.push(`${what} has not ended`);
      for (const copy of received.slice(1)) {
        duplicated.push(what);
        const [first] = received;
        if (first === undefined) continue;
        if (copy.messageId !== first.messageId) faults.push(`${what} came with two Message-IDs: ${first.messageId}, ${copy.messageId}`);
        if (copy.sha256 !== first.sha256) faults.push(`${what} came with other bytes the second time`);
      }
      const [first] = received;
      if (row !== undefined && first !== undefined && ![row.message_id, ...row.resent_as].includes(first.messageId)) {
        faults.push(`${what} came with the Message-ID ${first.messageId}, and is stored with ${row.message_id}`);
      }
    }
  }
  const expected = new Set(commands.flatMap(({ recipients }) => recipients));
  const unexpected = [...copiesOf.keys()].filter((recipient) => !expected.has(recipient));
  const known = new Set(commands.map(({ source, key }) => `${source}/${key}`));
  for (const { source, idempotency_key } of stored) {
    if (!known.has(`${source}/${idempotency_key}`)) faults.push(`${source}/${idempotency_key} is a delivery that nobody asked for`);
  }
  if (lost.length > 0) faults.push(`${lost.length} lost: ${few(lost)}`);
  if (unexpected.length > 0) faults.push(`${unexpected.length} delivered and never asked for: ${few(unexpected)}`);
  if (duplicated.length > mayDuplicate) {
    faults.push(`${duplicated.length} second copies, where the faults explain at most ${mayDuplicate}: ${few(duplicated)}`);
  }
  const uncertain = stored.filter(({ outcome }) => outcome === 'uncertain').length;
  const refused = stored.filter(({ outcome }) => outcome === 'refused').map((row) => name(row.source, row.idempotency_key, row.address));
  if (refused.length > 0 && refusals === 0) faults.push(`${refused.length} count as refused, and the server refused none: ${few(refused)}`);
  return { commands: commands.length, lost, unexpected, recovered, duplicated, uncertain, faults };
}

function few(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown}, …` : shown;
}
