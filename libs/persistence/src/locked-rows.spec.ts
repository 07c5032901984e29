import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cancelDelivery } from './cancel-delivery.js';
import { recordOutcomes } from './record-outcomes.js';
import { findDeferredSupersessions, finishSupersessions } from './statements/deferred-supersessions.js';
import { takeAttempts } from './statements/take-attempts.js';
import { ACCEPTED, claimAll, outcomeOf, started, stateOf } from '../testing/attempts.js';
import { aDelivery, WITH_SECRET } from '../testing/a-delivery.js';
import { age, expirePage, giveBackStale, recoverLost } from '../testing/recovery.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';

// A row that somebody's open transaction holds, for however long, costs that delivery a delay, and the others nothing. A statement that waited
// would fail here, by the bound on locks.

let spec: SpecDatabase;
/** Somebody's session, in the middle of a transaction. */
let other: Client;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(async () => {
  await spec.empty();
  other = new Client({ connectionString: spec.dsn });
  await other.connect();
  await other.query('begin');
});
afterEach(() => other.end());
afterAll(() => spec.drop());

const TABLES = ['deliveries', 'attempts', 'delivery_recipients', 'delivery_payloads', 'idempotency_keys'] as const;
const MODES = ['for update', 'for no key update', 'for share'] as const;
const LOCKS = TABLES.flatMap((table) => MODES.map((mode) => [table, mode] as const));
/** All rows of a delivery in one table. */
const lock = (table: string, mode: string, deliveryId: string) =>
  other.query(`select 1 from ${table} where delivery_id = $1 ${mode}`, [deliveryId]);
const statusOf = async (deliveryId: string): Promise<string> =>
  (await spec.row<{ status: string }>('select status from deliveries where delivery_id = $1', [deliveryId])).status;
const attemptOf = async (deliveryId: string): Promise<string> =>
  (
    await spec.row<{ status: string }>(
      `select concat_ws(' ', status, outcome) as status from attempts where delivery_id = $1 order by number limit 1`,
      [deliveryId],
    )
  ).status;
const pastExpiry = () => spec.rows(`update deliveries set expires_at = now() - interval '1 minute'`);

describe('of a delivery whose row somebody holds', () => {
  it.each(LOCKS)('%s, %s: the others expire, and it does once it is let go', async (table, mode) => {
    const [held, free] = [await spec.accepted({ ...WITH_SECRET }), await spec.accepted({ ...WITH_SECRET })];
    await pastExpiry();
    await lock(table, mode, held.deliveryId);
    expect(await expirePage(spec.database, 10)).toEqual([{ delivery_id: free.deliveryId, status: 'expired' }]);
    expect(await statusOf(held.deliveryId)).toBe('queued');
    await other.query('commit');
    expect(await expirePage(spec.database, 10)).toEqual([{ delivery_id: held.deliveryId, status: 'expired' }]);
  });

  it.each(LOCKS)('%s, %s: outcomes of the others are written, and its own once it is let go', async (table, mode) => {
    const attempts = [await started(spec, WITH_SECRET), await started(spec, WITH_SECRET)];
    const [held, free] = attempts.map(({ delivery_id }) => delivery_id);
    await lock(table, mode, held ?? '');
    const record = () =>
      recordOutcomes(
        spec.database,
        attempts.map((attempt) => outcomeOf(stateOf(attempt), ACCEPTED)),
        { late: 'settle' },
      );
    const first = await record();
    expect(new Map(first.map(({ outcome, locked }) => [outcome.state.deliveryId, locked]))).toEqual(
      new Map([
        [free, undefined],
        [held, true],
      ]),
    );
    expect(await statusOf(free ?? '')).toBe('sent');
    expect(await attemptOf(held ?? '')).toBe('in_progress');
    await other.query('commit');
    await record();
    expect(await statusOf(held ?? '')).toBe('sent');
  });

  it.each(LOCKS)('%s, %s: lost attempts of the others are recovered, and its own once it is let go', async (table, mode) => {
    const [held, free] = [await started(spec, { ...WITH_SECRET, onUncertain: 'hold' }), await started(spec)];
    await age(spec);
    await lock(table, mode, held.delivery_id);
    await recoverLost(spec.database);
    expect(await attemptOf(free.delivery_id)).toBe('ended uncertain');
    expect(await attemptOf(held.delivery_id)).toBe('in_progress');
    await other.query('commit');
    await recoverLost(spec.database);
    expect(await attemptOf(held.delivery_id)).toBe('ended uncertain');
  });

  it.each(LOCKS)('%s, %s: a cancellation answers at once that it is held, and does nothing', async (table, mode) => {
    const { deliveryId } = await spec.accepted({ ...WITH_SECRET });
    await lock(table, mode, deliveryId);
    const cancel = () => spec.database.transaction((client) => cancelDelivery(client, deliveryId));
    expect(await cancel()).toMatchObject({ cancelled: false, held: true, status: 'queued' });
    await other.query('commit');
    expect(await cancel()).toMatchObject({ cancelled: true, held: false, status: 'cancelled' });
  });

  it.each(LOCKS)('%s, %s: a newer command is accepted at once, and ends it once it is let go', async (table, mode) => {
    const key = { ...WITH_SECRET, supersedeKey: 'a@x.example' };
    const older = await spec.accepted({ ...key });
    await lock(table, mode, older.deliveryId);
    const newer = await spec.accepted({ ...key });
    expect(await statusOf(newer.deliveryId)).toBe('queued');
    expect(await statusOf(older.deliveryId)).toBe('queued');
    // What is superseded is not sent meanwhile.
    await claimAll(spec.database);
    expect((await takeAttempts(spec.database, 10, 'worker-1')).map(({ delivery_id }) => delivery_id)).toEqual([newer.deliveryId]);
    const finish = async () => finishSupersessions(spec.database, await findDeferredSupersessions(spec.database, 10));
    expect(await finish()).toEqual([]);
    await other.query('commit');
    expect(await finish()).toEqual([{ delivery_id: older.deliveryId, status: 'superseded' }]);
    expect(await spec.row('select status, superseded_by from deliveries where delivery_id = $1', [older.deliveryId])).toEqual({
      status: 'superseded',
      superseded_by: newer.deliveryId,
    });
    expect(await findDeferredSupersessions(spec.database, 10)).toEqual([]);
  });

  it.each(LOCKS)('%s, %s: claims, takes and given back claims of the others go on', async (table, mode) => {
    const [held, free] = [await spec.accepted({ ...WITH_SECRET }), await spec.accepted()];
    await lock(table, mode, held.deliveryId);
    await claimAll(spec.database);
    expect(await attemptOf(free.deliveryId)).toBe('claimed');
    await age(spec);
    expect(await giveBackStale(spec.database)).toContain(free.attemptId);
    await claimAll(spec.database);
    expect((await takeAttempts(spec.database, 10, 'worker-1')).map(({ delivery_id }) => delivery_id)).toContain(free.deliveryId);
  });
});

it('a command whose key is known is answered while somebody holds its key, and the others of its batch are accepted', async () => {
  const known = await spec.accepted({ idempotencyKey: 'known' });
  await lock('idempotency_keys', 'for update', known.deliveryId);
  const answers = await spec.accept(aDelivery({ idempotencyKey: 'known' }), aDelivery({ idempotencyKey: 'new' }));
  expect(answers).toMatchObject([{ replayed: true, deliveryId: known.deliveryId }, { replayed: false }]);
});

it('an older delivery whose attempt is in progress while somebody holds it finishes, and is not retried', async () => {
  const key = { supersedeKey: 'a@x.example' };
  const taken = await started(spec, key);
  await lock('deliveries', 'for update', taken.delivery_id);
  const newer = await spec.accepted(key);
  await other.query('commit');
  expect(await finishSupersessions(spec.database, [taken.delivery_id])).toEqual([]);
  expect(await spec.row('select status, superseded_by from deliveries where delivery_id = $1', [taken.delivery_id])).toEqual({
    status: 'queued',
    superseded_by: newer.deliveryId,
  });
  expect(await findDeferredSupersessions(spec.database, 10)).toEqual([]);
});

it('what is to end as superseded, and has ended otherwise or is gone, is forgotten', async () => {
  const key = { supersedeKey: 'a@x.example' };
  const [ended, gone] = [await started(spec, key), await started(spec, { supersedeKey: 'b@x.example' })];
  for (const { delivery_id } of [ended, gone]) await lock('deliveries', 'for update', delivery_id);
  await spec.accepted(key);
  await spec.accepted({ supersedeKey: 'b@x.example' });
  await other.query('commit');
  await recordOutcomes(spec.database, [outcomeOf(stateOf(ended), ACCEPTED)], { late: 'settle' });
  await spec.rows('delete from deliveries where delivery_id = $1', [gone.delivery_id]);
  expect(await finishSupersessions(spec.database, [ended.delivery_id, gone.delivery_id])).toEqual([]);
  expect(await findDeferredSupersessions(spec.database, 10)).toEqual([]);
});
