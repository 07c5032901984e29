import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACCEPTED, claimAll, PUT_OFF, record, retaken, smtpSaid, started, UNCERTAIN } from '../testing/attempts.js';
import { to, WITH_SECRET } from '../testing/a-delivery.js';
import { seeDelivery } from '../testing/see-delivery.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { cancelDelivery, type Cancellation } from './cancel-delivery.js';

const NOBODY = '019b7a5e-0000-7000-8000-000000000001';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const cancel = (deliveryId: string): Promise<Cancellation | null> =>
  spec.database.transaction((client) => cancelDelivery(client, deliveryId));

describe('a cancellation', () => {
  it.each([
    ['scheduled', () => Promise.resolve()],
    ['claimed', () => claimAll(spec.database)],
  ])('ends a delivery whose attempt is %s', async (_, reach) => {
    const { deliveryId } = await spec.accepted();
    await reach();
    expect(await cancel(deliveryId)).toMatchObject({ cancelled: true, status: 'cancelled', end_reason: 'cancelled_by_operator' });
    expect(await seeDelivery(spec, deliveryId)).toEqual({
      status: 'cancelled',
      end_reason: 'cancelled_by_operator',
      ended: true,
      attempts: ['ended cancelled'],
      recipients: ['abandoned'],
    });
  });

  it('leaves alone what a worker has started', async () => {
    const { delivery_id } = await started(spec);
    expect(await cancel(delivery_id)).toMatchObject({ cancelled: false, status: 'queued' });
    expect(await seeDelivery(spec, delivery_id)).toMatchObject({ status: 'queued', attempts: ['in_progress'] });
  });

  it('ends a delivery that waits for a retry, whose accepted recipients stay accepted', async () => {
    const taken = await started(spec, { recipients: to('a@x.example', 'b@x.example') });
    await record(spec.database, taken, smtpSaid('provider_accepted', 'accepted', 'transient'));
    expect(await cancel(taken.delivery_id)).toMatchObject({ cancelled: true, status: 'cancelled' });
    expect((await seeDelivery(spec, taken.delivery_id)).recipients).toEqual(['accepted', 'abandoned']);
  });

  it('ends a delivery whose attempts are gone, by whomever, and wipes its secrets', async () => {
    const { deliveryId } = await spec.accepted(WITH_SECRET);
    await spec.rows('delete from attempts');
    expect(await cancel(deliveryId)).toMatchObject({ cancelled: true, status: 'cancelled' });
    expect(await seeDelivery(spec, deliveryId)).toMatchObject({ status: 'cancelled', ended: true, recipients: ['abandoned'] });
    expect(await spec.row('select secret_variables from delivery_payloads')).toEqual({ secret_variables: null });
  });

  it('of a mail that may be out ends as uncertain', async () => {
    const taken = await started(spec);
    await record(spec.database, taken, UNCERTAIN);
    expect(await cancel(taken.delivery_id)).toMatchObject({ cancelled: true, status: 'uncertain', end_reason: 'cancelled_by_operator' });
  });

  it('wipes the secrets', async () => {
    const { deliveryId } = await spec.accepted(WITH_SECRET);
    await cancel(deliveryId);
    expect(await spec.row('select secret_variables, content_purged_at is not null as purged from delivery_payloads')).toEqual({
      secret_variables: null,
      purged: true,
    });
    expect(await spec.row('select secret_hash from idempotency_keys')).toEqual({ secret_hash: null });
  });

  it.each([
    ['was cancelled', async (id: string) => void (await cancel(id))],
    ['was sent', async (id: string) => void (await record(spec.database, await retaken(spec, id), ACCEPTED))],
  ])('does nothing to what %s', async (_, end) => {
    const { deliveryId } = await spec.accepted();
    await end(deliveryId);
    const row = () => spec.row('select * from deliveries where delivery_id = $1', [deliveryId]);
    const before = await row();
    expect(await cancel(deliveryId)).toMatchObject({ cancelled: false });
    expect(await row()).toEqual(before);
  });

  it('finds nothing where there is nothing', async () => {
    expect(await cancel(NOBODY)).toBeNull();
  });

  it('and a late refusal of the attempt before it do not undo each other', async () => {
    const taken = await started(spec);
    await record(spec.database, taken, UNCERTAIN);
    await cancel(taken.delivery_id);
    await record(spec.database, taken, PUT_OFF);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({ status: 'uncertain', end_reason: 'cancelled_by_operator' });
  });
});
