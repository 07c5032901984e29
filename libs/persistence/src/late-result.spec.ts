import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ACCEPTED,
  claimAll,
  outcomeOf,
  PUT_OFF,
  record,
  REFUSED,
  retaken,
  smtpSaid,
  started,
  stateOf,
  UNCERTAIN,
} from '../testing/attempts.js';
import { to, WITH_SECRET } from '../testing/a-delivery.js';
import { age, recoverLost } from '../testing/recovery.js';
import { seeDelivery } from '../testing/see-delivery.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { recordOutcomes } from './record-outcomes.js';
import { readHeldAttempts } from './statements/read-attempt-states.js';
import { takeAttempts, type TakenAttempt } from './statements/take-attempts.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

/** An attempt that was recovered as uncertain while its worker still has it. */
async function lost(more: Parameters<typeof started>[1] = {}): Promise<TakenAttempt> {
  const taken = await started(spec, more);
  await age(spec);
  await recoverLost(spec.database);
  return taken;
}

describe('a late success', () => {
  it('closes the delivery and cancels the retry that has not started', async () => {
    const taken = await lost(WITH_SECRET);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({ status: 'queued', attempts: ['ended uncertain', 'scheduled'] });
    await record(spec.database, taken, ACCEPTED);
    expect(await seeDelivery(spec, taken.delivery_id)).toEqual({
      status: 'sent',
      end_reason: 'provider_accepted',
      ended: true,
      attempts: ['ended provider_accepted', 'ended cancelled'],
      recipients: ['accepted'],
    });
    expect(await spec.row('select secret_variables from delivery_payloads')).toEqual({ secret_variables: null });
  });

  it('cancels the retry that is claimed', async () => {
    const taken = await lost();
    await spec.rows(`update attempts set scheduled_at = date_trunc('milliseconds', now()) where status = 'scheduled'`);
    await claimAll(spec.database);
    await record(spec.database, taken, ACCEPTED);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      status: 'sent',
      attempts: ['ended provider_accepted', 'ended cancelled'],
    });
  });

  it('leaves the delivery to a retry that is in progress, which closes it, whatever it is told', async () => {
    const taken = await lost();
    const second = await retaken(spec, taken.delivery_id);
    await record(spec.database, taken, ACCEPTED);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      status: 'queued',
      attempts: ['ended provider_accepted', 'in_progress'],
      recipients: ['accepted'],
    });
    await record(spec.database, second, REFUSED);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      status: 'sent',
      attempts: ['ended provider_accepted', 'ended permanent_rejected'],
      recipients: ['accepted'],
    });
  });

  it('leaves the delivery to a retry that is lost too', async () => {
    const taken = await lost();
    await retaken(spec, taken.delivery_id);
    await record(spec.database, taken, ACCEPTED);
    await age(spec);
    await recoverLost(spec.database);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({ status: 'sent', recipients: ['accepted'] });
  });

  it('of whom an accepted attempt left uncertain closes the delivery too', async () => {
    const taken = await started(spec, { recipients: to('a@x.example', 'b@x.example') });
    await record(spec.database, taken, smtpSaid('provider_accepted', 'accepted', 'uncertain'));
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({ status: 'queued', recipients: ['accepted', 'uncertain'] });
    await record(spec.database, taken, smtpSaid('provider_accepted', 'accepted', 'accepted'));
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      status: 'sent',
      attempts: ['ended provider_accepted', 'ended cancelled'],
      recipients: ['accepted', 'accepted'],
    });
    expect(await record(spec.database, taken, smtpSaid('provider_accepted', 'accepted', 'accepted'))).toBeNull();
  });

  it('turns a delivery that was held as uncertain into sent', async () => {
    const taken = await lost({ onUncertain: 'hold' });
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({ status: 'uncertain', attempts: ['ended uncertain'] });
    await record(spec.database, taken, ACCEPTED);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      status: 'sent',
      end_reason: 'provider_accepted',
      recipients: ['accepted'],
    });
  });

  it('of a superseded delivery turns uncertain into sent', async () => {
    const taken = await lost({ supersedeKey: 'a' });
    await spec.accepted({ supersedeKey: 'a' });
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({ status: 'uncertain', end_reason: 'superseded' });
    await record(spec.database, taken, ACCEPTED);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      status: 'sent',
      attempts: ['ended provider_accepted', 'ended cancelled'],
    });
  });

  it('for some leaves the retry to the others', async () => {
    const taken = await lost({ recipients: to('a@x.example', 'b@x.example') });
    await record(spec.database, taken, smtpSaid('provider_accepted', 'accepted', 'transient'));
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      status: 'queued',
      attempts: ['ended provider_accepted', 'scheduled'],
      recipients: ['accepted', 'pending'],
    });
    const second = await retaken(spec, taken.delivery_id);
    expect(second.recipients.map(({ outcome }) => outcome)).toEqual(['accepted', 'pending']);
  });

  it('after the retry was accepted is written, and moves nothing else', async () => {
    const taken = await lost();
    await record(spec.database, await retaken(spec, taken.delivery_id), ACCEPTED);
    const ended = await spec.row('select ended_at from deliveries');
    await record(spec.database, taken, ACCEPTED);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      status: 'sent',
      attempts: ['ended provider_accepted', 'ended provider_accepted'],
    });
    expect(await spec.row('select ended_at from deliveries')).toEqual(ended);
  });
});

describe('a late failure', () => {
  it('leaves the retry to its time, and the recipient open', async () => {
    const taken = await lost();
    const before = await spec.rows(`select attempt_id, scheduled_at from attempts where status = 'scheduled'`);
    await record(spec.database, taken, PUT_OFF);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      status: 'queued',
      attempts: ['ended transient_rejected', 'scheduled'],
      recipients: ['pending'],
    });
    expect(await spec.rows(`select attempt_id, scheduled_at from attempts where status = 'scheduled'`)).toEqual(before);
  });

  it('for good ends the delivery and cancels the retry', async () => {
    const taken = await lost();
    await record(spec.database, taken, REFUSED);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      status: 'failed',
      attempts: ['ended permanent_rejected', 'ended cancelled'],
    });
  });

  it('while the retry is in progress, leaves the delivery to it', async () => {
    const taken = await lost();
    const second = await retaken(spec, taken.delivery_id);
    await record(spec.database, taken, REFUSED);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      status: 'queued',
      attempts: ['ended permanent_rejected', 'in_progress'],
    });
    await record(spec.database, second, ACCEPTED);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({ status: 'sent', recipients: ['accepted'] });
  });
});

describe('the row of a recovered attempt is never opened again', () => {
  it('a result that comes a second time finds its token void', async () => {
    const taken = await lost();
    expect(await record(spec.database, taken, PUT_OFF)).not.toBeNull();
    expect(await record(spec.database, taken, ACCEPTED)).toBeNull();
  });

  it('still uncertain: nothing moves', async () => {
    const taken = await lost();
    await record(spec.database, taken, UNCERTAIN);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      status: 'queued',
      attempts: ['ended uncertain', 'scheduled'],
      recipients: ['uncertain'],
    });
  });
});

it('a late success and the result of its retry in one batch are settled one after the other', async () => {
  const taken = await lost();
  const second = await retaken(spec, taken.delivery_id);
  const held = [
    { attemptId: taken.attempt_id, token: taken.token },
    { attemptId: second.attempt_id, token: second.token },
  ];
  const states = await readHeldAttempts(spec.database, held);
  const outcomes = states.map((state) => outcomeOf(state, state.late ? ACCEPTED : REFUSED));
  const recorded = await recordOutcomes(spec.database, outcomes, { late: 'settle' });
  expect(recorded.filter(({ settlement }) => settlement !== null)).toHaveLength(2);
  expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
    status: 'sent',
    attempts: ['ended provider_accepted', 'ended permanent_rejected'],
    recipients: ['accepted'],
  });
  expect(await spec.row('select revision from deliveries')).toEqual({ revision: 3 });
});

it('a late success and the start of the retry at once: the delivery ends as sent, by one or the other', async () => {
  for (let round = 0; round < 10; round += 1) {
    const taken = await lost();
    await spec.rows(`update attempts set scheduled_at = date_trunc('milliseconds', now()) where status = 'scheduled'`);
    await claimAll(spec.database);
    const [, retries] = await Promise.all([
      recordOutcomes(spec.database, [outcomeOf(stateOf(taken), ACCEPTED)], { late: 'settle' }),
      takeAttempts(spec.database, 10, 'worker-2'),
    ]);
    for (const retry of retries) await record(spec.database, retry, ACCEPTED);
    const seen = await seeDelivery(spec, taken.delivery_id);
    expect(seen).toMatchObject({ status: 'sent', recipients: ['accepted'] });
    expect(seen.attempts).toEqual(['ended provider_accepted', retries.length === 0 ? 'ended cancelled' : 'ended provider_accepted']);
  }
});
