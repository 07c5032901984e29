import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { ACCEPTED, claimAll, record, started } from '../testing/attempts.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

/** What a refused statement is refused for: the constraint's name, or else the message. */
async function refusedFor(sql: string): Promise<string> {
  try {
    await spec.rows(sql);
  } catch (error) {
    const { constraint, message } = error as { constraint?: string; message: string };
    return constraint ?? message;
  }
  return 'not refused';
}

const set = (columns: string, table = 'deliveries'): string => `update ${table} set ${columns}`;
const attempt = (columns: string): string => set(columns, 'attempts');
const malformed = (source: string, raw: string, sha256: string): string =>
  `insert into malformed_commands (malformed_id, stream, incarnation, entry_id, source, raw, sha256, raw_bytes, code, reason, created_at)
  values (gen_random_uuid(), 's', 1, '1-0', ${source}, ${raw}, ${sha256}, 0, 'malformed_json', 'r', now())`;

// Each is tried against one delivery that is queued, with one attempt that is scheduled.
const QUEUED: [constraint: string, is: string, sql: string][] = [
  ['delivery_status_known', 'an unknown status', set(`status = 'lost', ended_at = now(), end_reason = 'superseded'`)],
  ['end_reason_known', 'an unknown reason', set(`status = 'failed', ended_at = now(), end_reason = 'bad luck'`)],
  ['priority_known', 'an unknown priority', set(`priority = 'urgent'`)],
  ['on_uncertain_known', 'an unknown policy', set(`on_uncertain = 'ignore'`)],
  ['ended_iff_terminal', 'an end without its time', set(`status = 'failed', end_reason = 'superseded'`)],
  ['ended_iff_terminal', 'a queued delivery with an end time', set(`ended_at = now()`)],
  ['reason_iff_terminal', 'an end without a reason', set(`status = 'failed', ended_at = now()`)],
  ['reason_iff_terminal', 'a queued delivery with a reason', set(`end_reason = 'superseded'`)],
  ['template_version_pinned', 'a template without its version', set(`template_id = 't', locale = 'en'`)],
  ['template_version_pinned', 'a template without its locale', set(`template_id = 't', template_hash = 'h'`)],
  ['template_version_pinned', 'a version without its template', set(`template_hash = 'h'`)],
  ['deliveries_pkey', 'a second delivery of the same id', `insert into deliveries select * from deliveries`],
  ['recipient_kind_known', 'an unknown kind of recipient', set(`kind = 'from'`, 'delivery_recipients')],
  ['recipient_outcome_known', 'an unknown outcome of a recipient', set(`outcome = 'lost'`, 'delivery_recipients')],
  ['delivery_recipients_pkey', 'a second recipient at a position', `insert into delivery_recipients select * from delivery_recipients`],
  ['delivery_recipients_delivery_id_fkey', 'a recipient of no delivery', set(`delivery_id = gen_random_uuid()`, 'delivery_recipients')],
  ['delivery_payloads_delivery_id_fkey', 'content of no delivery', set(`delivery_id = gen_random_uuid()`, 'delivery_payloads')],
  ['secrets_gone_once_purged', 'secrets in purged content', set(`content_purged_at = now(), secret_variables = '{}'`, 'delivery_payloads')],
  ['attempts_delivery_id_fkey', 'an attempt of no delivery', attempt('delivery_id = gen_random_uuid()')],
  ['number_from_one', 'an attempt numbered 0', attempt('number = 0')],
  ['lane_known', 'a lane past the last', attempt('lane = 3')],
  ['lane_known', 'a lane before the first', attempt('lane = -1')],
  ['attempt_status_known', 'an unknown status of an attempt', attempt(`status = 'lost'`)],
  ['attempt_outcome_known', 'an unknown outcome of an attempt', attempt(`status = 'ended', finished_at = now(), outcome = 'lost'`)],
  ['scheduled_is_unclaimed', 'a scheduled attempt with a claim', attempt('claimed_at = now()')],
  ['scheduled_is_unclaimed', 'a scheduled attempt that has started', attempt('started_at = now()')],
  ['scheduled_is_unclaimed', 'a scheduled attempt with a token', attempt(`token = gen_random_uuid(), worker_id = 'w'`)],
  ['claimed_has_not_started', 'a claim without its time', attempt(`status = 'claimed'`)],
  ['claimed_has_not_started', 'a claim that has started', attempt(`status = 'claimed', claimed_at = now(), started_at = now()`)],
  [
    'in_progress_is_bound',
    'an attempt in progress without a worker',
    attempt(`status = 'in_progress', claimed_at = now(), started_at = now()`),
  ],
  [
    'in_progress_is_bound',
    'an attempt in progress that has not started',
    attempt(`status = 'in_progress', claimed_at = now(), token = gen_random_uuid(), worker_id = 'w'`),
  ],
  [
    'in_progress_is_bound',
    'an attempt in progress that was not claimed',
    attempt(`status = 'in_progress', started_at = now(), token = gen_random_uuid(), worker_id = 'w'`),
  ],
  ['bound_worker_has_token', 'a worker without a token', attempt(`status = 'claimed', claimed_at = now(), worker_id = 'w'`)],
  ['bound_worker_has_token', 'a token without a worker', attempt(`status = 'claimed', claimed_at = now(), token = gen_random_uuid()`)],
  ['ended_iff_outcome', 'an end of an attempt without an outcome', attempt(`status = 'ended', finished_at = now()`)],
  ['ended_iff_outcome', 'an end of an attempt without a time', attempt(`status = 'ended', outcome = 'cancelled'`)],
  ['ended_iff_outcome', 'an outcome without an end', attempt(`outcome = 'cancelled'`)],
  [
    'attempts_one_live_idx',
    'a second live attempt',
    `insert into attempts (attempt_id, delivery_id, number, lane, status, scheduled_at) select gen_random_uuid(), delivery_id, 2, lane, status, scheduled_at from attempts`,
  ],
  [
    'attempt_numbered_once',
    'a second attempt of the same number',
    `insert into attempts (attempt_id, delivery_id, number, lane, status, outcome, scheduled_at, finished_at)
    select gen_random_uuid(), delivery_id, 1, lane, 'ended', 'cancelled', now(), now() from attempts`,
  ],
  [
    'dead_letters_delivery_id_fkey',
    'a dead letter of no delivery',
    `insert into dead_letters (delivery_id, reason, attempts, created_at) values (gen_random_uuid(), 'r', 1, now())`,
  ],
  ['outcome_known', 'an unknown outcome of a key', set(`outcome = 'sent'`, 'idempotency_keys')],
  ['salt_iff_hash', 'a salt without a hash', set(`secret_salt = '\\x01'`, 'idempotency_keys')],
  ['salt_iff_hash', 'a hash without a salt', set(`secret_hash = '\\x01'`, 'idempotency_keys')],
  ['idempotency_keys_pkey', 'a second key of the same name', `insert into idempotency_keys select * from idempotency_keys`],
  ['nothing_kept_of_codes', 'bytes of a command of source auth', malformed(`'auth'`, `'\\x01'`, 'null')],
  ['nothing_kept_of_codes', 'the hash of a command of source auth', malformed(`'auth'`, 'null', `'\\x01'`)],
  [
    'recorded_once',
    'an entry recorded twice',
    `${malformed('null', 'null', 'null')}, ${malformed('null', 'null', 'null').split('values ')[1]}`,
  ],
  [
    'counted_once',
    'an offset that counts wrong',
    `insert into stream_offsets (stream, consumed, accepted, updated_at) values ('s', 2, 1, now())`,
  ],
  [
    'incident_kind_known',
    'an unknown incident',
    `insert into stream_incidents (incident_id, stream, incarnation, kind, offset_id, detail, detected_at) values (gen_random_uuid(), 's', 1, 'flood', '0-0', '{}', now())`,
  ],
];

describe('the database refuses', () => {
  test.each(QUEUED)('%s: %s', async (constraint, _, sql) => {
    await spec.accepted();
    expect(await refusedFor(sql)).toBe(constraint);
  });

  it('every check of the schema is tried', async () => {
    const checks = await spec.rows<{ conname: string }>(
      `select conname from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace order by conname`,
    );
    const tried = new Set(QUEUED.map(([constraint]) => constraint));
    expect(checks.map(({ conname }) => conname).filter((name) => !tried.has(name))).toEqual([]);
  });
});

describe('a delivery’s end is final', () => {
  const ends = ['sent', 'failed', 'dead_letter', 'uncertain', 'suppressed', 'cancelled', 'superseded', 'expired'];
  const statuses = ['queued', ...ends];
  const moves = ends.flatMap((from) => statuses.filter((to) => to !== from).map((to) => [from, to] as const));

  test.each(moves)('from %s to %s', async (from, to) => {
    const taken = await started(spec);
    await record(spec.database, taken, ACCEPTED);
    await spec.rows('alter table deliveries disable trigger ends_are_final');
    await spec.rows(`update deliveries set status = $1`, [from]);
    await spec.rows('alter table deliveries enable trigger ends_are_final');
    const move = to === 'queued' ? `status = 'queued', ended_at = null, end_reason = null` : `status = '${to}'`;
    expect(await refusedFor(set(move))).toBe(from === 'uncertain' && to === 'sent' ? 'not refused' : 'ends_are_final');
  });

  it('but what it is resent for, or tagged with, may change', async () => {
    const taken = await started(spec);
    await record(spec.database, taken, ACCEPTED);
    expect(await refusedFor(set(`tags = '{"a":"b"}', status = status`))).toBe('not refused');
  });
});

it('a delivery takes everything that belongs to it along, but its key', async () => {
  await started(spec);
  await spec.accepted();
  await claimAll(spec.database);
  await spec.rows('delete from deliveries');
  expect(
    await spec.row(`select (select count(*)::int from delivery_recipients) as recipients, (select count(*)::int from delivery_payloads) as payloads,
      (select count(*)::int from attempts) as attempts, (select count(*)::int from idempotency_keys) as keys`),
  ).toEqual({ recipients: 0, payloads: 0, attempts: 0, keys: 2 });
});
