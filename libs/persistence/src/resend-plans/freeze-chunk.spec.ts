import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PUT_OFF, record, started } from '../../testing/attempts.js';
import { aDelivery, WITH_SECRET } from '../../testing/a-delivery.js';
import { deadLetters, freeze, giveUp, planned, planOf } from '../../testing/resend-plans.js';
import { specDatabase, type SpecDatabase } from '../../testing/spec-database.js';
import { freezeChunk } from './freeze-chunk.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const items = (planId: string) =>
  spec.rows<{ delivery_id: string; status: string; reason: string | null }>(
    `select delivery_id, status, reason from resend_plan_items where plan_id = $1 order by delivery_id`,
    [planId],
  );

describe('a set is frozen', () => {
  it('chunk by chunk, with each delivery of its filter once, and is ready then', async () => {
    const ids = await deadLetters(spec, 7);
    await spec.accepted();
    const planId = await planned(spec);
    const steps = [];
    for (let next = 'more'; next === 'more';) {
      const step = await freezeChunk(spec.database, planId, { chunk: 3 });
      next = step?.next ?? '';
      steps.push(step?.total);
    }
    expect(steps).toEqual([3, 6, 7]);
    expect(await items(planId)).toEqual(ids.map((delivery_id) => ({ delivery_id, status: 'pending', reason: null })));
    expect(await planOf(spec, planId)).toMatchObject({ status: 'ready', total: 7, resendable: 7, frozen_at: expect.any(Date) as Date });
    expect(await freezeChunk(spec.database, planId, { chunk: 3 })).toBeNull();
  });

  it('by several schedulers at once: one is at it, the others leave it alone, and nothing is there twice', async () => {
    await deadLetters(spec, 40);
    const planId = await planned(spec);
    const other = await spec.another();
    const databases = [spec.database, other, spec.database, other];
    const work = async (database: SpecDatabase['database']): Promise<void> => {
      while ((await planOf(spec, planId)).status === 'planning') await freezeChunk(database, planId, { chunk: 3 });
    };
    await Promise.all(databases.map(work));
    expect(await planOf(spec, planId)).toMatchObject({ total: 40, resendable: 40 });
    expect(await items(planId)).toHaveLength(40);
  });

  it('of what was there when the plan was made, not of what has come since', async () => {
    const [first] = await deadLetters(spec, 1);
    const planId = await planned(spec);
    await deadLetters(spec, 1);
    await spec.rows(`update deliveries set created_at = now() + interval '1 second' where delivery_id <> $1`, [first]);
    await freeze(spec.database, planId);
    expect(await items(planId)).toMatchObject([{ delivery_id: first }]);
  });

  it('of one tag, with the ends that are asked for alone', async () => {
    const [first] = await deadLetters(spec, 1, { tags: { tenant: 'a' } });
    await deadLetters(spec, 1, { tags: { tenant: 'b' } });
    await spec.accept(aDelivery({ tags: { tenant: 'a' }, suppressed: true }), aDelivery({ tags: { tenant: 'a' } }));
    await spec.rows(`update delivery_tags set created_at = created_at - interval '1 hour'`);
    const planId = await planned(spec, { filter: { 'tag.tenant': 'a', status: ['dead_letter'] } });
    await freeze(spec.database, planId, 2);
    expect(await items(planId)).toEqual([{ delivery_id: first, status: 'pending', reason: null }]);
  });

  it('and counted, with why some are left out', async () => {
    const [plain = ''] = await deadLetters(spec, 1);
    await deadLetters(spec, 2, { templateId: 'game.turn_ready', locale: 'en', templateHash: 'h' });
    const [code = ''] = await deadLetters(spec, 1, WITH_SECRET);
    await spec.rows(`update delivery_payloads set content_purged_at = now(), secret_variables = null where delivery_id = $1`, [code]);
    const [late = ''] = await deadLetters(spec, 1, { expiresAt: '2999-01-01T00:00:00Z' });
    await spec.rows(`update deliveries set expires_at = now() where delivery_id = $1`, [late]);
    const [again = ''] = await deadLetters(spec, 1);
    const [newest = ''] = await deadLetters(spec, 1, { resendOf: again });
    const [had = ''] = await deadLetters(spec, 1);
    await spec.rows(`update delivery_recipients set outcome = 'accepted' where delivery_id = $1`, [had]);
    const tried = await started(spec);
    await record(spec.database, tried, PUT_OFF);
    await spec.rows(`update attempts set status = 'ended', outcome = 'cancelled', finished_at = now() where status = 'scheduled'`);
    await spec.rows(`delete from attempts where number = 2`);
    await spec.rows(
      `update deliveries set status = 'dead_letter', end_reason = 'retry_schedule_used_up', ended_at = now() where status = 'queued'`,
    );
    await spec.rows(`update deliveries set created_at = created_at - interval '2 days' where delivery_id = $1`, [plain]);
    await spec.rows(`update deliveries set created_at = created_at - interval '1 second'`);

    const planId = await planned(spec);
    await freeze(spec.database, planId, 4);
    expect(await planOf(spec, planId)).toMatchObject({
      total: 9,
      resendable: 5,
      counts: {
        by_template: { '': 3, 'game.turn_ready': 2 },
        by_last_outcome: { '': 4, transient_rejected: 1 },
        not_resendable: { content_purged: 1, expired: 1, already_resent: 1, no_recipients: 1 },
      },
    });
    const { counts } = await planOf(spec, planId);
    expect(counts.by_age?.['up_to_7d']).toBe(1);
    const reasons = Object.fromEntries((await items(planId)).map(({ delivery_id, reason }) => [delivery_id, reason]));
    expect(reasons).toMatchObject({
      [code]: 'content_purged',
      [late]: 'expired',
      [again]: 'already_resent',
      [newest]: null,
      [had]: 'no_recipients',
    });

    const another = await planned(spec, { expiresAt: '2999-01-01T00:00:00Z', includeResent: true });
    await freeze(spec.database, another);
    expect((await planOf(spec, another)).counts.not_resendable).toEqual({ content_purged: 1, no_recipients: 1 });
  });
});

it('a plan of too many deliveries ends, and says so', async () => {
  await deadLetters(spec, 5);
  const planId = await planned(spec);
  for (let next: string | undefined = 'more'; next === 'more';) {
    next = (await freezeChunk(spec.database, planId, { chunk: 2, most: 3 }))?.next;
  }
  expect(await planOf(spec, planId)).toMatchObject({ status: 'cancelled', end_reason: 'too_many_deliveries', total: 4 });
});

it('a delivery that ends while the set is frozen is in it or not, and breaks nothing', async () => {
  await deadLetters(spec, 3);
  const planId = await planned(spec);
  await freezeChunk(spec.database, planId, { chunk: 2 });
  const { deliveryId } = await spec.accepted();
  await giveUp(spec, [deliveryId]);
  await freeze(spec.database, planId, 2);
  expect(await planOf(spec, planId)).toMatchObject({ status: 'ready', resendable: (await items(planId)).length });
});
