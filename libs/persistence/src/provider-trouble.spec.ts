import type { SettledResult } from '@mail/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACCEPTED, PUT_OFF, record, REFUSED, retaken, smtpSaid, started } from '../testing/attempts.js';
import { to } from '../testing/a-delivery.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { readLatelyMet } from './statements/read-lately-met.js';
import type { TakenAttempt } from './statements/take-attempts.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const RELAY = { code: 554, enhanced: '5.7.1', text: 'Relay access denied' };
const TROUBLE: SettledResult = {
  ...smtpSaid('transport_failed', 'trouble'),
  phase: 'rcpt',
  reply: RELAY,
  recipients: [{ position: 0, answer: 'trouble', reply: RELAY }],
};
const MINUTES_MS = 300_000;

describe('an attempt that met trouble', () => {
  it('is followed by one at the same position of the schedule, which knows since when', async () => {
    const first = await started(spec);
    await record(spec.database, first, TROUBLE);
    const second = await retaken(spec, first.delivery_id);
    expect(second).toMatchObject({ number: 2, schedule_position: 1, trouble_since: first.started_at });
    await record(spec.database, second, TROUBLE);
    const third = await retaken(spec, first.delivery_id);
    expect(third).toMatchObject({ number: 3, schedule_position: 1, trouble_since: first.started_at });
    await record(spec.database, third, PUT_OFF);
    expect(await retaken(spec, first.delivery_id)).toMatchObject({ number: 4, schedule_position: 2, trouble_since: null });
  });

  it('uses up none of a schedule of three tries, however often', async () => {
    let taken: TakenAttempt = await started(spec);
    for (let attempts = 0; attempts < 10; attempts += 1) {
      await record(spec.database, taken, TROUBLE);
      taken = await retaken(spec, taken.delivery_id);
    }
    await record(spec.database, taken, ACCEPTED);
    expect(await spec.rows('select status from deliveries')).toEqual([{ status: 'sent' }]);
    expect(await spec.rows(`select count(*)::int as count from attempts where outcome = 'transport_failed'`)).toEqual([{ count: 10 }]);
  });

  it('is a dead letter once the delivery has met nothing else for the limit', async () => {
    const first = await started(spec);
    await record(spec.database, first, TROUBLE);
    await spec.rows(`update attempts set trouble_since = now() - interval '25 h' where status = 'scheduled'`);
    await record(spec.database, await retaken(spec, first.delivery_id), TROUBLE);
    expect(await spec.rows('select status, end_reason from deliveries')).toEqual([
      { status: 'dead_letter', end_reason: 'provider_trouble_limit_passed' },
    ]);
    expect(await spec.rows('select reason, attempts, smtp_code from dead_letters')).toEqual([
      { reason: 'provider_trouble_limit_passed', attempts: 2, smtp_code: 554 },
    ]);
  });

  it('that the build before has scheduled has its number for its position', async () => {
    const first = await started(spec);
    await record(spec.database, first, PUT_OFF);
    await spec.rows(`update attempts set schedule_position = null, trouble_since = null`);
    expect(await retaken(spec, first.delivery_id)).toMatchObject({ number: 2, schedule_position: 2, trouble_since: null });
  });
});

describe('what was lately met', () => {
  const lately = ({ delivery_id }: TakenAttempt) => readLatelyMet(spec.database, delivery_id, MINUTES_MS);
  const others = async (taken: TakenAttempt) => {
    const { othersSucceededFrom, othersRefusedAt } = await lately(taken);
    return [othersSucceededFrom !== null, othersRefusedAt !== null];
  };

  it('by others is nothing while there are none, whatever the delivery met itself', async () => {
    const alone = await started(spec, { recipients: to('a@x.example') });
    expect(await others(alone)).toEqual([false, false]);
    await record(spec.database, alone, TROUBLE);
    expect(await others(alone)).toEqual([false, false]);
    await record(spec.database, await retaken(spec, alone.delivery_id), ACCEPTED);
    expect(await others(alone)).toEqual([false, false]);
  });

  it('by others is a success, and a refusal that was trouble; other failures are neither', async () => {
    const mine = await started(spec);
    await record(spec.database, await started(spec), REFUSED);
    await record(spec.database, await started(spec), { ...smtpSaid('transport_failed', 'untried'), phase: 'rcpt', reply: null });
    expect(await others(mine)).toEqual([false, false]);
    await record(spec.database, await started(spec), TROUBLE);
    expect(await others(mine)).toEqual([false, true]);
    await record(spec.database, await started(spec), ACCEPTED);
    expect(await others(mine)).toEqual([true, true]);
  });

  it('by the delivery itself is such a refusal, and no other trouble', async () => {
    const first = await started(spec);
    await record(spec.database, first, { ...smtpSaid('transport_failed', 'trouble'), phase: 'connect', reply: null });
    const second = await retaken(spec, first.delivery_id);
    expect((await lately(second)).refusedBefore).toBe(false);
    await record(spec.database, second, TROUBLE);
    expect((await lately(second)).refusedBefore).toBe(true);
    expect((await lately(await started(spec))).refusedBefore).toBe(false);
  });

  it('by others is a success from when its attempt began, not from when it was recorded', async () => {
    const slow = await started(spec);
    await record(spec.database, await started(spec), TROUBLE);
    await record(spec.database, slow, ACCEPTED);
    const { othersSucceededFrom, othersRefusedAt } = await lately(await started(spec));
    expect(othersSucceededFrom).toEqual(slow.started_at);
    expect(Number(othersRefusedAt)).toBeGreaterThanOrEqual(Number(othersSucceededFrom));
  });

  it('is of the same minutes', async () => {
    const mine = await started(spec);
    await record(spec.database, await started(spec), ACCEPTED);
    await record(spec.database, await started(spec), TROUBLE);
    await spec.rows(`update deliveries set ended_at = ended_at - interval '6 min' where ended_at is not null`);
    await spec.rows(`update attempts set finished_at = finished_at - interval '6 min' where finished_at is not null`);
    expect(await others(mine)).toEqual([false, false]);
  });
});
