import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACCEPTED, claimAll, PUT_OFF, record, retaken, started } from '../testing/attempts.js';
import { aDelivery } from '../testing/a-delivery.js';
import { age, giveBackStale, lostAttempts, recoverLost, settleLost } from '../testing/recovery.js';
import { seeDelivery } from '../testing/see-delivery.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { recordOutcomes } from './record-outcomes.js';
import { takeAttempts } from './statements/take-attempts.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

describe('a claim that never started goes back', () => {
  it('to scheduled, at its time, with no attempt burnt', async () => {
    const { attemptId, deliveryId } = await spec.accepted();
    const before = await spec.row('select * from attempts');
    await claimAll(spec.database);
    await age(spec);
    expect(await giveBackStale(spec.database)).toEqual([attemptId]);
    expect(await spec.row('select * from attempts')).toEqual(before);
    expect(await retaken(spec, deliveryId)).toMatchObject({ attempt_id: attemptId, number: 1 });
  });

  it('not before its time', async () => {
    await spec.accepted();
    await claimAll(spec.database);
    expect(await giveBackStale(spec.database)).toEqual([]);
  });

  it('not once it has started', async () => {
    const taken = await started(spec);
    await age(spec);
    expect(await giveBackStale(spec.database)).toEqual([]);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({ attempts: ['in_progress'] });
  });

  it('or is taken, when both happen at once', async () => {
    await spec.accept(...[...Array(50).keys()].map(() => aDelivery()));
    await claimAll(spec.database);
    await age(spec);
    const [back, taken] = await Promise.all([giveBackStale(spec.database), takeAttempts(spec.database, 50, 'w')]);
    const ids = [...back, ...taken.map(({ attempt_id }) => attempt_id)];
    expect(new Set(ids).size).toBe(ids.length);
    expect(
      await spec.row(
        `select count(*) filter (where status = 'scheduled')::int as back, count(*) filter (where status = 'in_progress')::int as taken from attempts`,
      ),
    ).toEqual({
      back: back.length,
      taken: taken.length,
    });
  });
});

describe('an attempt in progress whose worker is lost', () => {
  it('ends uncertain, and the next is scheduled', async () => {
    const taken = await started(spec);
    await age(spec);
    await recoverLost(spec.database);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      status: 'queued',
      attempts: ['ended uncertain', 'scheduled'],
      recipients: ['uncertain'],
    });
    expect(await spec.row(`select phase, smtp_code, error from attempts where number = 1`)).toEqual({
      phase: null,
      smtp_code: null,
      error: 'the worker was lost while the attempt was in progress',
    });
  });

  it('is held where the command says so', async () => {
    const taken = await started(spec, { onUncertain: 'hold' });
    await age(spec);
    await recoverLost(spec.database);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      status: 'uncertain',
      end_reason: 'on_uncertain_hold',
      attempts: ['ended uncertain'],
    });
  });

  it('ends the delivery as uncertain when it was the last', async () => {
    const first = await started(spec);
    await record(spec.database, first, PUT_OFF);
    await record(spec.database, await retaken(spec, first.delivery_id), PUT_OFF);
    await retaken(spec, first.delivery_id);
    await age(spec);
    await recoverLost(spec.database);
    expect(await seeDelivery(spec, first.delivery_id)).toMatchObject({ status: 'uncertain', end_reason: 'retry_schedule_used_up' });
    expect(await spec.rows('select 1 from dead_letters')).toEqual([]);
  });

  it('is not lost before its time', async () => {
    await started(spec);
    expect(await lostAttempts(spec.database)).toEqual([]);
  });

  it('is one of a page: the oldest first', async () => {
    const [first, second] = [await started(spec), await started(spec)];
    await age(spec);
    await spec.rows(`update attempts set started_at = started_at - interval '1 minute' where attempt_id = $1`, [second.attempt_id]);
    expect(await lostAttempts(spec.database, 1)).toMatchObject([{ attemptId: second.attempt_id, late: false }]);
    expect((await lostAttempts(spec.database, 9)).map(({ attemptId }) => attemptId)).toEqual([second.attempt_id, first.attempt_id]);
  });
});

describe('recovery against its likes', () => {
  it('two at once recover each attempt once', async () => {
    for (let index = 0; index < 5; index += 1) await started(spec);
    await age(spec);
    const other = await spec.another();
    const both = (await Promise.all([recoverLost(spec.database), recoverLost(other)])).flat();
    expect(both.filter(({ settlement }) => settlement !== null)).toHaveLength(5);
    expect(
      await spec.row(`select count(*)::int as attempts, count(*) filter (where outcome = 'uncertain')::int as uncertain from attempts`),
    ).toEqual({
      attempts: 10,
      uncertain: 5,
    });
  });

  it('a result that was written between reading and recovering stands', async () => {
    const taken = await started(spec);
    await age(spec);
    const lost = await lostAttempts(spec.database);
    await record(spec.database, taken, ACCEPTED);
    expect(await recordOutcomes(spec.database, settleLost(lost), { late: 'leave' })).toMatchObject([{ settlement: null }]);
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({ status: 'sent', attempts: ['ended provider_accepted'] });
  });

  it('an attempt that ended uncertain between reading and recovering is left as it is', async () => {
    await started(spec);
    await age(spec);
    const lost = await lostAttempts(spec.database);
    await recoverLost(spec.database);
    expect(await recordOutcomes(spec.database, settleLost(lost), { late: 'leave' })).toMatchObject([{ settlement: null }]);
    expect(await spec.row('select count(*)::int as attempts from attempts')).toEqual({ attempts: 2 });
  });

  it('recovery and the result at once: the delivery ends as sent', async () => {
    for (let round = 0; round < 10; round += 1) {
      const taken = await started(spec);
      await age(spec);
      await Promise.all([recoverLost(spec.database), record(spec.database, taken, ACCEPTED)]);
      const seen = await seeDelivery(spec, taken.delivery_id);
      expect(seen).toMatchObject({ status: 'sent', recipients: ['accepted'] });
      expect(seen.attempts[0]).toBe('ended provider_accepted');
    }
  });
});
