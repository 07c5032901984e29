import { source as sourceSchema } from './command-fields.js';
import type { DeliveryCommand } from './delivery-command.js';
import { parseIdempotencyKey } from './idempotency-key.js';
import { jsonPointer } from './json-pointer.js';
import { AUTH_SOURCE } from './login-code-command.js';
import { parseDeliveryCommand } from './parse-command.js';
import type { Fault, Refusal } from './problem.js';
import { countOf, MAX_FAULTS } from './validation-failed.js';

export interface StreamCommand {
  readonly ok: true;
  readonly source: string;
  readonly idempotencyKey: string;
  readonly command: DeliveryCommand;
  /** W3C Trace Context, or `null`: tracing never refuses a command. `tracestate` only with a `traceparent`. */
  readonly traceparent: string | null;
  readonly tracestate: string | null;
  /** Unix time, for metrics only. */
  readonly requestedAtMs: number | null;
}

export interface RefusedStreamEntry extends EntryOrigin {
  readonly ok: false;
  readonly refusal: Refusal;
}

const REQUIRED = ['source', 'idempotency_key', 'command'] as const;
const OPTIONAL = ['traceparent', 'tracestate', 'requested_at_ms'] as const;
type FieldName = (typeof REQUIRED)[number] | (typeof OPTIONAL)[number];
const FIELDS: ReadonlySet<string> = new Set([...REQUIRED, ...OPTIONAL]);

const UNKNOWN_FIELD = 'is not a known field';
const REPEATED_FIELD = 'is given more than once';

// W3C Trace Context 3.2.2: version 00, neither id all zeros.
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const TRACESTATE = /^[\x20-\x7e]{1,512}$/;
const UNIX_MS = /^[0-9]{1,15}$/;

/** Of a field's name: what is longer is told as cut. */
const MAX_NAME_READ = 256;

/** Names and values as bytes. */
export type EntryFields = readonly (readonly [name: Buffer, value: Buffer])[];

/** Whose command an entry holds, as far as its fields tell; its command is not looked at. */
export interface EntryOrigin {
  /** `auth` in case of doubt, since such an entry may hold a code. */
  readonly source: string | null;
  readonly idempotencyKey: string | null;
}

/** Never throws, whatever the fields. */
export function originOf(fields: EntryFields): EntryOrigin {
  const source = sourceSchema.safeParse(textOf(fields, 'source'));
  const key = parseIdempotencyKey(textOf(fields, 'idempotency_key'));
  return { source: fields.some(isAuth) ? AUTH_SOURCE : (source.data ?? null), idempotencyKey: key.ok ? key.key : null };
}

/** The first field of this name. */
export function fieldOf(fields: EntryFields, wanted: FieldName): Buffer | undefined {
  return fields.find(([name]) => name.length === wanted.length && name.toString('latin1') === wanted)?.[1];
}

/** Reads the fields of one entry of the command stream; `maxBytes` bounds its command. Faults of the command point into it. */
export function parseStreamEntry(fields: EntryFields, maxBytes: number): StreamCommand | RefusedStreamEntry {
  const refused = (refusal: Refusal): RefusedStreamEntry => ({ ok: false, refusal, ...originOf(fields) });
  const sourceText = textOf(fields, 'source');
  const source = sourceSchema.safeParse(sourceText);
  const keyText = textOf(fields, 'idempotency_key');
  const key = parseIdempotencyKey(keyText);

  const faults = fieldFaults(fields);
  if (sourceText !== undefined && !source.success) {
    faults.push({ pointer: '/source', detail: source.error.issues[0]?.message ?? 'is not valid' });
  }
  if (keyText !== undefined && !key.ok) faults.push({ pointer: '/idempotency_key', detail: key.refusal.detail });
  const bytes = fieldOf(fields, 'command');
  if (faults.length > 0 || bytes === undefined || !source.success || !key.ok) return refused(entryRefusal(faults));

  const parsed = parseDeliveryCommand(bytes, maxBytes);
  if (!parsed.ok) return refused(parsed.refusal);
  const traceparent = matching(TRACEPARENT, textOf(fields, 'traceparent'));
  const requestedAt = matching(UNIX_MS, textOf(fields, 'requested_at_ms'));
  return {
    ok: true,
    source: source.data,
    idempotencyKey: key.key,
    command: parsed.command,
    traceparent,
    tracestate: traceparent === null ? null : matching(TRACESTATE, textOf(fields, 'tracestate')),
    requestedAtMs: requestedAt === null ? null : Number(requestedAt),
  };
}

function textOf(fields: EntryFields, wanted: FieldName): string | undefined {
  return fieldOf(fields, wanted)?.toString('latin1');
}

/** What is wrong with the names of the fields; of unknown ones at most one more than are told. */
function fieldFaults(fields: EntryFields): Fault[] {
  const faults: Fault[] = [];
  const times = new Map<string, number>();
  for (const [name] of fields) {
    const text = name.toString('latin1', 0, MAX_NAME_READ);
    if (FIELDS.has(text)) times.set(text, (times.get(text) ?? 0) + 1);
    else if (faults.length <= MAX_FAULTS) faults.push({ pointer: jsonPointer([withoutNul(text)]), detail: UNKNOWN_FIELD });
  }
  for (const [field, count] of times) if (count > 1) faults.push({ pointer: `/${field}`, detail: REPEATED_FIELD });
  for (const field of REQUIRED) if (!times.has(field)) faults.push({ pointer: `/${field}`, detail: 'is required' });
  return faults;
}

function entryRefusal(faults: readonly Fault[]): Refusal {
  const [first] = faults;
  const keyAlone = faults.every(({ pointer }) => pointer === '/idempotency_key');
  const many = faults.length > 1 ? `${countOf(faults)}: ` : '';
  return {
    code: keyAlone ? 'missing_idempotency_key' : 'validation_failed',
    detail: `${many}entry field "${first?.pointer ?? ''}" ${first?.detail ?? 'is not valid'}`,
    faults: faults.slice(0, MAX_FAULTS),
  };
}

/** PostgreSQL stores U+0000 neither in `text` nor in `jsonb`: a record that named such a field could not be written. */
function withoutNul(name: string): string {
  return name.replaceAll('\0', '\ufffd');
}

function isAuth([name, value]: EntryFields[number]): boolean {
  return (
    name.length === 'source'.length &&
    name.toString('latin1') === 'source' &&
    value.length <= 64 &&
    value.toString('latin1').trim().toLowerCase() === AUTH_SOURCE
  );
}

function matching(pattern: RegExp, text: string | undefined): string | null {
  return text !== undefined && pattern.test(text) ? text : null;
}

/** Whether an entry was refused for fields that it has beyond those of a command: they are what is wrong, whatever its command says. */
export function hasExcessFields(faults: readonly Fault[]): boolean {
  return faults.some(({ detail }) => detail === UNKNOWN_FIELD || detail === REPEATED_FIELD);
}
