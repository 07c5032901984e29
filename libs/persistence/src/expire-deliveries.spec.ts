import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimAll, record, started, UNCERTAIN } from '../testing/attempts.js';
import { WITH_SECRET } from '../testing/a-delivery.js';
import { expirePage } from '../testing/recovery.js';
import { seeDelivery } from '../testing/see-delivery.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { takeAttempts } from './statements/take-attempts.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const HOUR_MS = 3_600_000;
const SOON = { expiresInMs: HOUR_MS };
/** Lets the time of every delivery pass. */
const pass = (): Promise<unknown> =>
  spec.rows(`update deliveries set expires_at = now() - interval '1 ms' where expires_at is not null and status = 'queued'`);
const expired = (attempt = 'ended cancelled') => ({
  status: 'expired',
  end_reason: 'expires_at_passed',
  ended: true,
  attempts: [attempt],
  recipients: ['abandoned'],
});

describe('a delivery past its expiry ends', () => {
  it('while it waits, and its secrets go', async () => {
    const { deliveryId } = await spec.accepted({ ...SOON, ...WITH_SECRET, deliverAt: new Date(Date.now() + 2 * HOUR_MS).toISOString() });
    await pass();
    expect(await expirePage(spec.database, 10)).toHaveLength(1);
    expect(await seeDelivery(spec, deliveryId)).toEqual(expired());
    expect(
      await spec.row('select secret_variables, secret_hash, secret_salt from delivery_payloads join idempotency_keys using (delivery_id)'),
    ).toEqual({
      secret_variables: null,
      secret_hash: null,
      secret_salt: null,
    });
  });

  it('while it is claimed', async () => {
    const { deliveryId } = await spec.accepted(SOON);
    await claimAll(spec.database);
    await pass();
    expect(await expirePage(spec.database, 10)).toHaveLength(1);
    expect(await seeDelivery(spec, deliveryId)).toEqual(expired());
  });

  it('where its attempts are gone, by whomever', async () => {
    const { deliveryId } = await spec.accepted(SOON);
    await spec.rows('delete from attempts');
    await pass();
    expect(await expirePage(spec.database, 10)).toHaveLength(1);
    expect(await seeDelivery(spec, deliveryId)).toMatchObject({ status: 'expired', ended: true, recipients: ['abandoned'] });
  });

  it('as uncertain where its mail may be out', async () => {
    const taken = await started(spec, SOON);
    await record(spec.database, taken, UNCERTAIN);
    await pass();
    expect(await expirePage(spec.database, 10)).toHaveLength(1);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      status: 'uncertain',
      end_reason: 'expires_at_passed',
      recipients: ['uncertain'],
    });
  });

  it('once, when two look at once', async () => {
    for (let index = 0; index < 20; index += 1) await spec.accepted(SOON);
    await pass();
    const other = await spec.another();
    const [one, two] = await Promise.all([expirePage(spec.database, 100), expirePage(other, 100)]);
    expect([...one, ...two]).toHaveLength(20);
  });

  it('or is taken, when both happen at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      await spec.empty();
      const { deliveryId } = await spec.accepted(SOON);
      await claimAll(spec.database);
      const [taken] = await Promise.all([takeAttempts(spec.database, 10, 'w'), pass().then(() => expirePage(spec.database, 10))]);
      expect(await seeDelivery(spec, deliveryId)).toMatchObject(
        taken.length === 1 ? { status: 'queued', attempts: ['in_progress'] } : expired(),
      );
    }
  });
});

describe('a delivery is left', () => {
  it('while its attempt is in progress', async () => {
    const taken = await started(spec, SOON);
    await pass();
    expect(await expirePage(spec.database, 10)).toHaveLength(0);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({ status: 'queued', attempts: ['in_progress'] });
  });

  it('before its expiry, or without one', async () => {
    await spec.accepted(SOON);
    await spec.accepted();
    expect(await expirePage(spec.database, 10)).toHaveLength(0);
  });
});

it('a page full of deliveries in progress does not hide the rest', async () => {
  for (let index = 0; index < 4; index += 1) await started(spec, SOON);
  await pass();
  await spec.rows(`update deliveries set expires_at = expires_at - interval '1 minute'`);
  await spec.accepted(SOON);
  await spec.accepted(SOON);
  await spec.rows(`update deliveries set expires_at = now() - interval '1 ms' where expires_at > now()`);
  expect(await expirePage(spec.database, 2)).toHaveLength(2);
});

it('a page ends the longest past first, up to its limit', async () => {
  const [first, second] = [await spec.accepted(SOON), await spec.accepted(SOON)];
  await pass();
  await spec.rows(`update deliveries set expires_at = expires_at - interval '1 minute' where delivery_id = $1`, [second.deliveryId]);
  expect(await expirePage(spec.database, 1)).toHaveLength(1);
  expect(await seeDelivery(spec, second.deliveryId)).toEqual(expired());
  expect(await seeDelivery(spec, first.deliveryId)).toMatchObject({ status: 'queued' });
});
