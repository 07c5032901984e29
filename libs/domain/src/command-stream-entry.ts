import { source as sourceSchema } from './command-fields.js';
import type { DeliveryCommand } from './delivery-command.js';
import { parseIdempotencyKey } from './idempotency-key.js';
import { jsonPointer } from './json-pointer.js';
import { AUTH_SOURCE } from './login-code-command.js';
import { parseDeliveryCommand } from './parse-command.js';
import type { Fault, Refusal } from './problem.js';

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

export interface RefusedStreamEntry {
  readonly ok: false;
  readonly refusal: Refusal;
  /** As far as they can be told; `auth` in case of doubt, since such an entry may hold a code. */
  readonly source: string | null;
  readonly idempotencyKey: string | null;
}

const REQUIRED = ['source', 'idempotency_key', 'command'] as const;
const OPTIONAL = ['traceparent', 'tracestate', 'requested_at_ms'] as const;
const FIELDS: ReadonlySet<string> = new Set([...REQUIRED, ...OPTIONAL]);
const MAX_FAULTS = 50;

const UNKNOWN_FIELD = 'is not a known field';
const REPEATED_FIELD = 'is given more than once';

// W3C Trace Context 3.2.2: version 00, neither id all zeros.
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const TRACESTATE = /^[\x20-\x7e]{1,512}$/;
const UNIX_MS = /^[0-9]{1,15}$/;

/** Reads the fields of one entry of the command stream; `maxBytes` bounds its command. Faults of the command point into it. */
export function parseStreamEntry(fields: readonly (readonly [Buffer, Buffer])[], maxBytes: number): StreamCommand | RefusedStreamEntry {
  const named = fields.map(([name, value]) => ({ name: name.toString('latin1'), value }));
  const text = (wanted: string): string | undefined => named.find(({ name }) => name === wanted)?.value.toString('latin1');

  const source = sourceSchema.safeParse(text('source'));
  const key = parseIdempotencyKey(text('idempotency_key'));
  const refused = (refusal: Refusal): RefusedStreamEntry => ({
    ok: false,
    refusal,
    source: named.some(isAuth) ? AUTH_SOURCE : (source.data ?? null),
    idempotencyKey: key.ok ? key.key : null,
  });

  const faults = fieldFaults(named.map(({ name }) => name));
  const given = (name: string): boolean => text(name) !== undefined;
  if (given('source') && !source.success) faults.push({ pointer: '/source', detail: source.error.issues[0]?.message ?? 'is not valid' });
  if (given('idempotency_key') && !key.ok) faults.push({ pointer: '/idempotency_key', detail: key.refusal.detail });
  const bytes = named.find(({ name }) => name === 'command')?.value;
  if (faults.length > 0 || bytes === undefined || !source.success || !key.ok) return refused(entryRefusal(faults));

  const parsed = parseDeliveryCommand(bytes, maxBytes);
  if (!parsed.ok) return refused(parsed.refusal);
  const traceparent = matching(TRACEPARENT, text('traceparent'));
  const requestedAt = matching(UNIX_MS, text('requested_at_ms'));
  return {
    ok: true,
    source: source.data,
    idempotencyKey: key.key,
    command: parsed.command,
    traceparent,
    tracestate: traceparent === null ? null : matching(TRACESTATE, text('tracestate')),
    requestedAtMs: requestedAt === null ? null : Number(requestedAt),
  };
}

function fieldFaults(names: readonly string[]): Fault[] {
  const unknown = names
    .filter((name) => !FIELDS.has(name))
    .map((name) => ({ pointer: jsonPointer([withoutNul(name)]), detail: UNKNOWN_FIELD }));
  const repeated = [...FIELDS]
    .filter((field) => names.indexOf(field) !== names.lastIndexOf(field))
    .map((field) => ({ pointer: `/${field}`, detail: REPEATED_FIELD }));
  const missing = REQUIRED.filter((field) => !names.includes(field)).map((field) => ({ pointer: `/${field}`, detail: 'is required' }));
  return [...unknown, ...repeated, ...missing];
}

function entryRefusal(faults: readonly Fault[]): Refusal {
  const [first] = faults;
  const keyAlone = faults.every(({ pointer }) => pointer === '/idempotency_key');
  return {
    code: keyAlone ? 'missing_idempotency_key' : 'validation_failed',
    detail: `entry field "${first?.pointer ?? ''}" ${first?.detail ?? 'is not valid'}`,
    faults: faults.slice(0, MAX_FAULTS),
  };
}

/** PostgreSQL stores U+0000 neither in `text` nor in `jsonb`: a record that named such a field could not be written. */
function withoutNul(name: string): string {
  return name.replaceAll('\0', '\ufffd');
}

function isAuth({ name, value }: { name: string; value: Buffer }): boolean {
  return name === 'source' && value.length <= 64 && value.toString('latin1').trim().toLowerCase() === AUTH_SOURCE;
}

function matching(pattern: RegExp, text: string | undefined): string | null {
  return text !== undefined && pattern.test(text) ? text : null;
}

/** Whether an entry was refused for fields that it has beyond those of a command: they are what is wrong, whatever its command says. */
export function hasExcessFields(faults: readonly Fault[]): boolean {
  return faults.some(({ detail }) => detail === UNKNOWN_FIELD || detail === REPEATED_FIELD);
}
