import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { aDelivery, WITH_SECRET } from '../testing/a-delivery.js';
import { ACCEPTED, PUT_OFF, record, REFUSED, started, UNCERTAIN } from '../testing/attempts.js';
import { acceptFromStream } from '../testing/accept-from-stream.js';
import { DAY_MS, specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { sweepPage } from '../testing/sweep-page.js';
import { findUnaccounted } from './find-unaccounted.js';
import { adoptStream } from './statements/adopt-stream.js';
import { sweepEndedDeliveries, sweepExpiredKeys } from './statements/delete-expired.js';
import { endUnstarted } from './statements/end-unstarted.js';
import type { UnaccountedKind } from './unaccounted.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const found = async (full: boolean, more: { endedWithinMs?: number; suspects?: string[] } = {}): Promise<[UnaccountedKind, string][]> =>
  (await findUnaccounted(spec.database, { full, ...more })).breaches.map(({ kind, id }) => [kind, id]);

const queued = async (): Promise<string> => (await spec.accepted(WITH_SECRET)).deliveryId;
async function ended(result = ACCEPTED): Promise<string> {
  const taken = await started(spec, { ...WITH_SECRET, onUncertain: 'hold' });
  await record(spec.database, taken, result);
  return taken.delivery_id;
}
async function deadLetter(): Promise<string> {
  const taken = await started(spec);
  await spec.rows(`update attempts set number = 3 where attempt_id = $1`, [taken.attempt_id]);
  await record(spec.database, { ...taken, number: 3, schedule_position: 3 }, PUT_OFF);
  return taken.delivery_id;
}
async function everyEnd(): Promise<void> {
  for (const result of [ACCEPTED, REFUSED, UNCERTAIN]) await ended(result);
  await deadLetter();
  await spec.accepted({ suppressed: true });
  await spec.accepted({ expiresAt: '1970-01-01T00:00:00Z' });
  await spec.accepted({ supersedeKey: 'one' });
  await spec.accepted({ supersedeKey: 'one' });
  await endUnstarted(spec.database, [await queued()], 'cancelled');
}

const LIVE = `insert into attempts (attempt_id, delivery_id, number, lane, status, scheduled_at) values (gen_random_uuid(), $1, 2, 1, 'scheduled', now())`;
const LETTER = `insert into dead_letters (delivery_id, reason, attempts, created_at) values ($1, 'r', 1, now())`;

const PLANTED: [kind: UnaccountedKind, by: string, from: () => Promise<string>, sql: string][] = [
  ['attempt_missing', 'deleting the attempt', queued, `delete from attempts where delivery_id = $1`],
  [
    'attempt_missing',
    'ending the attempt',
    queued,
    `update attempts set status = 'ended', outcome = 'cancelled', finished_at = now() where delivery_id = $1`,
  ],
  ['attempt_after_end', 'adding an attempt', ended, LIVE],
  ['recipient_missing', 'deleting the recipients', queued, `delete from delivery_recipients where delivery_id = $1`],
  ['recipient_missing', 'deleting the recipients after the end', ended, `delete from delivery_recipients where delivery_id = $1`],
  ['recipient_pending', 'opening a recipient again', ended, `update delivery_recipients set outcome = 'pending' where delivery_id = $1`],
  ['payload_missing', 'deleting the content', queued, `delete from delivery_payloads where delivery_id = $1`],
  ['dead_letter_missing', 'deleting the row', deadLetter, `delete from dead_letters where delivery_id = $1`],
  ['dead_letter_unfounded', 'adding a row of one that was sent', ended, LETTER],
  ['dead_letter_unfounded', 'adding a row of one that is queued', queued, LETTER],
  [
    'secret_kept',
    'storing a code again',
    ended,
    `update delivery_payloads set secret_variables = '{}', content_purged_at = null where delivery_id = $1`,
  ],
  [
    'secret_kept',
    'storing its hash again',
    ended,
    `update idempotency_keys set secret_salt = '\\x01', secret_hash = '\\x01' where delivery_id = $1`,
  ],
];

describe('what is planted is found by kind and id', () => {
  test.each(PLANTED)('%s, by %s', async (kind, _, from, sql) => {
    await everyEnd();
    const id = await from();
    await spec.rows(sql, [id]);
    expect({ recurring: await found(false), full: await found(true) }).toEqual({ recurring: [[kind, id]], full: [[kind, id]] });
  });

  it('attempt_doubled, where the index that rules it out is gone', async () => {
    const id = await queued();
    const { indexdef } = await spec.row<{ indexdef: string }>(`select indexdef from pg_indexes where indexname = 'attempts_one_live_idx'`);
    await spec.rows('drop index attempts_one_live_idx');
    await spec.rows(LIVE, [id]);
    expect(await found(false)).toEqual([['attempt_doubled', id]]);
    await spec.empty();
    await spec.rows(indexdef);
  });

  it('in full: delivery_missing, though retention has deleted older ones', async () => {
    await ended();
    expect(await sweepPage(sweepEndedDeliveries, spec.database, -1000, 10)).toBe(1);
    const id = await ended();
    await spec.rows(`update idempotency_keys set created_at = now() + interval '1 ms' where delivery_id = $1`, [id]);
    await spec.rows(`delete from deliveries where delivery_id = $1`, [id]);
    expect(await found(true)).toEqual([['delivery_missing', id]]);
  });

  it('in full: key_missing, of what is queued', async () => {
    const id = await queued();
    await ended();
    await spec.rows(`delete from idempotency_keys`);
    expect(await found(true)).toEqual([['key_missing', id]]);
  });

  it('in full: stream_miscounted, in either direction', async () => {
    await acceptFromStream(spec, 's', [aDelivery(), aDelivery({ suppressed: true })]);
    expect(await found(true)).toEqual([]);
    await spec.rows(`update stream_offsets set consumed = 3, accepted = 3`);
    expect(await found(true)).toEqual([['stream_miscounted', 's']]);
    await spec.rows(`update stream_offsets set consumed = 1, accepted = 1`);
    const { breaches } = await findUnaccounted(spec.database, { full: true });
    expect(breaches.map(({ detail }) => detail)).toEqual(['stream s: accepted 1, but queued 1 + ended 1 + deleted 0']);
  });
});

describe('nothing is found', () => {
  const none = { recurring: [], full: [] };
  const both = async () => ({ recurring: await found(false), full: await found(true) });

  it('where all is in order, whatever the state', async () => {
    await queued();
    await started(spec);
    const retried = await started(spec);
    await record(spec.database, retried, PUT_OFF);
    await everyEnd();
    expect(await spec.row(`select count(distinct status)::int as states from deliveries`)).toEqual({ states: 9 });
    expect(await both()).toEqual(none);
  });

  it('after retention has deleted what its keys outlive, and what streams count', async () => {
    await everyEnd();
    await acceptFromStream(spec, 's', [aDelivery(), aDelivery({ suppressed: true })]);
    await acceptFromStream(spec, 't', [aDelivery({ suppressed: true }), aDelivery({ suppressed: true })]);
    expect(await sweepPage(sweepEndedDeliveries, spec.database, -1000, 2)).toBe(2);
    expect(await both()).toEqual(none);
    expect(await sweepPage(sweepEndedDeliveries, spec.database, -1000, 100)).toBe(9);
    expect(await both()).toEqual(none);
    expect(await spec.rows(`select stream, deleted::int from deleted_deliveries order by stream`)).toEqual([
      { stream: '', deleted: 8 },
      { stream: 's', deleted: 1 },
      { stream: 't', deleted: 2 },
    ]);
    await spec.rows(`update idempotency_keys set expires_at = now() - interval '1 ms'`);
    expect(await sweepPage(sweepExpiredKeys, spec.database, 0, 100)).toBe(11);
    expect(await both()).toEqual(none);
  });

  it('after a stream was adopted, whose counters begin anew', async () => {
    await acceptFromStream(spec, 's', [aDelivery(), aDelivery()]);
    await spec.rows('update stream_offsets set halted_at = now()');
    expect(await adoptStream(spec.database, 's', '0-0')).toMatchObject({ adopted_as: 2 });
    expect(await both()).toEqual(none);
    await acceptFromStream(spec, 's', [aDelivery()]);
    expect(await both()).toEqual(none);
  });
});

describe('what has ended', () => {
  it('longer ago than asked for is looked at in full, or as a suspect', async () => {
    const id = await ended();
    await spec.rows(`delete from delivery_payloads; update deliveries set ended_at = now() - interval '2 days'`);
    expect(await found(false)).toEqual([]);
    expect(await found(false, { endedWithinMs: 3 * DAY_MS })).toEqual([['payload_missing', id]]);
    expect(await found(false, { suspects: [id] })).toEqual([['payload_missing', id]]);
    expect(await found(true)).toEqual([['payload_missing', id]]);
    await spec.rows(`delete from deliveries`);
    expect(await found(false, { suspects: [id] })).toEqual([]);
  });

  it('at one moment, or is queued, is all found, however many, and a hundred of it named', async () => {
    for (const status of ['queued', 'sent']) {
      await spec.rows(
        `insert into deliveries (delivery_id, source, idempotency_key, status, end_reason, priority, message_id, from_email, created_at, ended_at, on_uncertain)
        select gen_random_uuid(), 's', n::text, $1, case $1 when 'sent' then 'provider_accepted' end, 'normal', '<m>', 'f@x.example', now(),
          case $1 when 'sent' then date_trunc('hour', now()) end, 'retry' from generate_series(1, 4500) n`,
        [status],
      );
    }
    let pages = 0;
    const { counts, breaches } = await findUnaccounted(spec.database, { full: true, onPage: () => void (pages += 1) });
    expect(counts).toMatchObject({
      attempt_missing: 4500,
      recipient_missing: 9000,
      payload_missing: 9000,
      key_missing: 4500,
      recipient_pending: 0,
    });
    expect(breaches.filter(({ kind }) => kind === 'recipient_missing')).toHaveLength(100);
    expect(pages).toBeGreaterThan(6);
  });
});

it('a row that cannot be read is told of, and the others are judged', async () => {
  const [queuedBad, endedBad] = [await queued(), await ended()];
  await spec.rows(`insert into dead_letters (delivery_id, reason, attempts, created_at) select unnest($1::uuid[]), 'r', 1, now()`, [
    [queuedBad, endedBad],
  ]);
  const lost = await queued();
  await spec.rows('delete from attempts where delivery_id = $1', [lost]);
  for (let n = 0; n < 5; n += 1) await everyEnd();
  // As of a page that is damaged.
  await spec.rows('alter table dead_letters rename to dead_letters_stored');
  await spec.rows(`create function readable(id uuid) returns boolean language plpgsql volatile as $$
    begin if id in ('${queuedBad}', '${endedBad}') then raise exception 'damaged' using errcode = 'data_corrupted'; end if; return true; end $$`);
  await spec.rows('create view dead_letters as select * from dead_letters_stored where readable(delivery_id)');
  try {
    expect((await found(false)).sort()).toEqual(
      [
        ['attempt_missing', lost],
        ['unreadable', queuedBad],
        ['unreadable', endedBad],
      ].sort(),
    );
  } finally {
    await spec.rows('drop view dead_letters');
    await spec.rows('alter table dead_letters_stored rename to dead_letters');
  }
});
