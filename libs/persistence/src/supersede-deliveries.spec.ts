import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACCEPTED, claimAll, PUT_OFF, record, started, UNCERTAIN } from '../testing/attempts.js';
import { aDelivery, to, WITH_SECRET } from '../testing/a-delivery.js';
import { candidate, DAY_MS, specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { acceptCandidates } from './accept-candidates.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const KEY = { supersedeKey: 'a@x.example' };

interface Seen {
  status: string;
  end_reason: string | null;
  superseded_by: string | null;
  attempts: string[];
}
const see = (deliveryId: string): Promise<Seen> =>
  spec.row(
    `select status, end_reason, superseded_by,
      array(select concat_ws(' ', a.status, a.outcome) from attempts a where a.delivery_id = d.delivery_id order by number) as attempts
    from deliveries d where delivery_id = $1`,
    [deliveryId],
  );
const statuses = async (): Promise<string[]> =>
  (await spec.rows<{ status: string }>('select status from deliveries')).map(({ status }) => status);
const ended = (newer: string): Seen => ({
  status: 'superseded',
  end_reason: 'superseded',
  superseded_by: newer,
  attempts: ['ended cancelled'],
});

describe('a newer delivery of the same source and key ends the older one', () => {
  it('that is queued: its secrets are gone, its recipients abandoned', async () => {
    const older = await spec.accepted({ ...KEY, ...WITH_SECRET });
    const newer = await spec.accepted({ ...KEY, ...WITH_SECRET });
    expect(await see(older.deliveryId)).toEqual(ended(newer.deliveryId));
    expect(await see(newer.deliveryId)).toMatchObject({ status: 'queued', superseded_by: null, attempts: ['scheduled'] });
    expect(
      await spec.row(
        `select p.secret_variables, p.content_purged_at is not null as purged, k.secret_hash, k.secret_salt, r.outcome
        from delivery_payloads p join idempotency_keys k using (delivery_id) join delivery_recipients r using (delivery_id) where delivery_id = $1`,
        [older.deliveryId],
      ),
    ).toEqual({ secret_variables: null, purged: true, secret_hash: null, secret_salt: null, outcome: 'abandoned' });
  });

  it('that waits for its deliver_at', async () => {
    const older = await spec.accepted({ ...KEY, deliverAt: new Date(Date.now() + DAY_MS).toISOString() });
    const newer = await spec.accepted(KEY);
    expect(await see(older.deliveryId)).toEqual(ended(newer.deliveryId));
  });

  it('that is claimed, and has not started', async () => {
    const older = await spec.accepted(KEY);
    await claimAll(spec.database);
    const newer = await spec.accepted(KEY);
    expect(await see(older.deliveryId)).toEqual(ended(newer.deliveryId));
  });

  it('within one batch', async () => {
    const [first, second, third] = [aDelivery(KEY), aDelivery(KEY), aDelivery(KEY)];
    await spec.accept(first, second, third);
    expect(await see(first.deliveryId)).toEqual(ended(third.deliveryId));
    expect(await see(second.deliveryId)).toEqual(ended(third.deliveryId));
    expect(await see(third.deliveryId)).toMatchObject({ status: 'queued' });
  });

  it('and ends it as uncertain where its mail may be out', async () => {
    const taken = await started(spec, KEY);
    await record(spec.database, taken, UNCERTAIN);
    await spec.accepted(KEY);
    expect(await see(taken.delivery_id)).toMatchObject({
      status: 'uncertain',
      end_reason: 'superseded',
      attempts: ['ended uncertain', 'ended cancelled'],
    });
  });
});

describe('an attempt in progress finishes, and is not retried', () => {
  it('put off: superseded', async () => {
    const taken = await started(spec, KEY);
    const newer = await spec.accepted(KEY);
    expect(await see(taken.delivery_id)).toEqual({
      status: 'queued',
      end_reason: null,
      superseded_by: newer.deliveryId,
      attempts: ['in_progress'],
    });
    await record(spec.database, taken, PUT_OFF);
    expect(await see(taken.delivery_id)).toEqual({ ...ended(newer.deliveryId), attempts: ['ended transient_rejected'] });
  });

  it('accepted: sent', async () => {
    const taken = await started(spec, KEY);
    await spec.accepted(KEY);
    await record(spec.database, taken, ACCEPTED);
    expect(await see(taken.delivery_id)).toMatchObject({ status: 'sent', attempts: ['ended provider_accepted'] });
  });
});

describe('of concurrent deliveries with one key, one is left', () => {
  it('however many', async () => {
    await spec.accepted(KEY);
    const other = await spec.another();
    await Promise.all(
      [...Array(30).keys()].map((index) =>
        (index % 2 === 0 ? spec.database : other).transaction((transaction) =>
          acceptCandidates(transaction, [candidate(aDelivery(KEY))], DAY_MS),
        ),
      ),
    );
    const left = await statuses();
    expect(left).toHaveLength(31);
    expect(left.filter((status) => status === 'queued')).toHaveLength(1);
    expect(left.filter((status) => status === 'superseded')).toHaveLength(30);
  });

  it('also in batches that name the keys in opposite orders: no deadlock', async () => {
    const keys = ['a', 'b', 'c', 'd'];
    const batch = (order: readonly string[]) => order.map((supersedeKey) => candidate(aDelivery({ supersedeKey })));
    await Promise.all(
      [...Array(12).keys()].map((index) =>
        spec.database.transaction((transaction) =>
          acceptCandidates(transaction, batch(index % 2 === 0 ? keys : [...keys].reverse()), DAY_MS),
        ),
      ),
    );
    expect(await spec.rows(`select supersede_key from deliveries where status = 'queued' order by 1`)).toEqual(
      keys.map((supersede_key) => ({ supersede_key })),
    );
  });
});

describe('a delivery is left alone', () => {
  it('by one of another key, of another source, or without a key', async () => {
    const older = await spec.accepted(KEY);
    await spec.accept(aDelivery({ supersedeKey: 'b@x.example' }), aDelivery({ ...KEY, source: 'blog' }), aDelivery());
    expect(await see(older.deliveryId)).toMatchObject({ status: 'queued', superseded_by: null });
  });

  it('by the replay of an older command', async () => {
    const older = await spec.accepted({ ...KEY, idempotencyKey: 'first' });
    const newer = await spec.accepted(KEY);
    await spec.accept(aDelivery({ ...KEY, idempotencyKey: 'first' }));
    expect(await see(newer.deliveryId)).toMatchObject({ status: 'queued', superseded_by: null });
    expect(await see(older.deliveryId)).toEqual(ended(newer.deliveryId));
  });

  it('once it has ended', async () => {
    const taken = await started(spec, KEY);
    await record(spec.database, taken, ACCEPTED);
    await spec.accepted(KEY);
    expect(await see(taken.delivery_id)).toMatchObject({ status: 'sent', superseded_by: null });
  });
});

it('of a superseded delivery only those not yet accepted are abandoned', async () => {
  const taken = await started(spec, { ...KEY, recipients: to('a@x.example', 'b@x.example') });
  await record(spec.database, taken, { ...ACCEPTED, recipients: [{ position: 0, answer: 'accepted', reply: null }] });
  await spec.accepted(KEY);
  expect(await see(taken.delivery_id)).toMatchObject({ status: 'superseded', attempts: ['ended provider_accepted', 'ended cancelled'] });
  expect(await spec.rows('select outcome from delivery_recipients where delivery_id = $1 order by position', [taken.delivery_id])).toEqual([
    { outcome: 'accepted' },
    { outcome: 'abandoned' },
  ]);
});
