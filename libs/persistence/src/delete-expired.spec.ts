import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACCEPTED, record, smtpSaid, started } from '../testing/attempts.js';
import { aDelivery } from '../testing/a-delivery.js';
import { DAY_MS, specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { sweepPage } from '../testing/sweep-page.js';
import { sweepEndedDeliveries, sweepExpiredKeys, sweepMalformedCommands, sweepOperatorActions } from './statements/delete-expired.js';
import { readRetentionLag } from './statements/read-retention-lag.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const count = async (table: string): Promise<number> =>
  (await spec.row<{ count: number }>(`select count(*)::int as count from ${table}`)).count;
const sent = (deliveries: number) => spec.accept(...[...Array(deliveries).keys()].map(() => aDelivery({ suppressed: true })));
const endedAgo = (interval: string) =>
  spec.rows(`update deliveries set ended_at = now() - $1::interval where ended_at is not null`, [interval]);

describe('a delivery is deleted', () => {
  it('with all that belongs to it, once it has ended that long ago', async () => {
    const taken = await started(spec);
    await spec.rows(`update attempts set number = 3`);
    await record(spec.database, { ...taken, number: 3, schedule_position: 3 }, smtpSaid('timed_out', 'untried'));
    expect(await count('dead_letters')).toBe(1);
    await endedAgo('2 days');
    expect(await sweepPage(sweepEndedDeliveries, spec.database, 3 * DAY_MS, 10)).toBe(0);
    expect(await sweepPage(sweepEndedDeliveries, spec.database, DAY_MS, 10)).toBe(1);
    for (const table of ['deliveries', 'delivery_recipients', 'delivery_payloads', 'attempts', 'dead_letters'])
      expect([table, await count(table)]).toEqual([table, 0]);
    expect(await count('idempotency_keys')).toBe(1);
  });

  it('never before it has ended, however old it is', async () => {
    await started(spec);
    await spec.accepted();
    await spec.rows(`update deliveries set created_at = created_at - interval '10 years'`);
    await spec.rows(`update attempts set scheduled_at = scheduled_at - interval '10 years', started_at = started_at - interval '10 years'`);
    expect(await sweepPage(sweepEndedDeliveries, spec.database, 0, 10)).toBe(0);
    expect(await count('deliveries')).toBe(2);
  });

  it('in chunks, the longest ended first', async () => {
    await sent(5);
    await endedAgo('2 days');
    const last = await started(spec);
    await record(spec.database, last, ACCEPTED);
    await spec.rows(`update deliveries set ended_at = ended_at - interval '1.5 days' where delivery_id = $1`, [last.delivery_id]);
    expect(await sweepPage(sweepEndedDeliveries, spec.database, DAY_MS, 3)).toBe(3);
    expect(await sweepPage(sweepEndedDeliveries, spec.database, DAY_MS, 2)).toBe(2);
    expect(await spec.rows('select delivery_id from deliveries')).toEqual([{ delivery_id: last.delivery_id }]);
    expect(await sweepPage(sweepEndedDeliveries, spec.database, DAY_MS, 3)).toBe(1);
  });

  it('once, when two sweep at once', async () => {
    await sent(40);
    await endedAgo('2 days');
    const other = await spec.another();
    const deleted = await Promise.all(
      [...Array(8).keys()].map((index) => sweepPage(sweepEndedDeliveries, index % 2 === 0 ? spec.database : other, DAY_MS, 10)),
    );
    expect(deleted.reduce((sum, chunk) => sum + chunk, 0) + (await count('deliveries'))).toBe(40);
  });
});

describe('a key is deleted', () => {
  const pass = () => spec.rows(`update idempotency_keys set expires_at = now() - interval '1 ms'`);

  it('once its time has passed and its delivery has ended', async () => {
    await sent(3);
    expect(await sweepPage(sweepExpiredKeys, spec.database, 0, 10)).toBe(0);
    await pass();
    expect(await sweepPage(sweepExpiredKeys, spec.database, 0, 2)).toBe(2);
    expect(await sweepPage(sweepExpiredKeys, spec.database, 0, 2)).toBe(1);
    expect(await count('deliveries')).toBe(3);
  });

  it('or is gone', async () => {
    await sent(1);
    await spec.rows('delete from deliveries');
    await pass();
    expect(await sweepPage(sweepExpiredKeys, spec.database, 0, 10)).toBe(1);
  });

  it('never while its delivery is queued, and those do not hide the rest', async () => {
    await started(spec);
    await spec.accepted();
    await pass();
    await spec.rows(`update idempotency_keys set expires_at = expires_at - interval '1 day'`);
    await sent(2);
    await spec.rows(`update idempotency_keys set expires_at = now() - interval '1 ms' where expires_at > now()`);
    expect(await sweepPage(sweepExpiredKeys, spec.database, 0, 2)).toBe(2);
    expect(await sweepPage(sweepExpiredKeys, spec.database, 0, 2)).toBe(0);
    expect(await count('idempotency_keys')).toBe(2);
  });
});

it('a malformed command is deleted once it is that old, in chunks', async () => {
  await spec.rows(`insert into malformed_commands (malformed_id, stream, incarnation, entry_id, raw_bytes, code, reason, created_at)
    select gen_random_uuid(), 's', 1, n::text, 0, 'malformed_json', 'r', now() - n * interval '1 day' from generate_series(1, 5) n`);
  expect(await sweepPage(sweepMalformedCommands, spec.database, 2.5 * DAY_MS, 2)).toBe(2);
  expect(await spec.rows('select entry_id from malformed_commands order by entry_id')).toEqual([
    { entry_id: '1' },
    { entry_id: '2' },
    { entry_id: '3' },
  ]);
  expect(await sweepPage(sweepMalformedCommands, spec.database, 2.5 * DAY_MS, 2)).toBe(1);
  expect(await sweepPage(sweepMalformedCommands, spec.database, 2.5 * DAY_MS, 2)).toBe(0);
});

it('the record of what an operator did is deleted once it is that old, in chunks, and retention tells how far it is behind', async () => {
  await spec.rows(`insert into operator_actions (action_id, operator, action, detail, created_at)
    select gen_random_uuid(), 'ada', 'cancel', jsonb_build_object('n', n), now() - n * interval '1 day' from generate_series(1, 5) n`);
  const behindMs = async () => {
    const windows = { deliveryRetentionMs: DAY_MS, malformedCommandRetentionMs: DAY_MS, operatorActionRetentionMs: 2.5 * DAY_MS };
    return (await readRetentionLag(spec.database, windows)).operator_actions;
  };
  expect(Math.round(((await behindMs()) / DAY_MS) * 2)).toBe(5);
  const deleted: number[] = [];
  for (let page = 0; page < 3; page += 1) deleted.push(await sweepPage(sweepOperatorActions, spec.database, 2.5 * DAY_MS, 2));
  expect(deleted).toEqual([2, 1, 0]);
  expect(await spec.rows(`select detail->'n' as n from operator_actions order by created_at desc`)).toEqual([{ n: 1 }, { n: 2 }]);
  expect(await behindMs()).toBe(0);
});
