import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deadLetters, fillBuckets, planOf, resendNext, runningPlan, statusOf } from '../../testing/resend-plans.js';
import { DAY_MS, specDatabase, type SpecDatabase } from '../../testing/spec-database.js';
import { sweepPage } from '../../testing/sweep-page.js';
import { openDatabase, type Database } from '../database.js';
import { sweepResendPlanItems, sweepResendPlans } from '../statements/delete-expired.js';
import { setResendPlanStatus } from '../statements/resend-plans.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

/** Another scheduler's pool, which `failAt` looks into. */
const opened = (failAt: (point: string) => Promise<void>): Promise<Database> =>
  openDatabase({
    ...{
      name: 'mail spec',
      primaryDsn: spec.dsn,
      replicaDsns: [],
      operationTimeoutMs: 20_000,
      lockTimeoutMs: 10_000,
      maxOpenConns: 2,
      maxIdleConns: 2,
    },
    ...{ connMaxLifetimeMs: 600_000, onPoolError: () => undefined },
    failAt,
  });

interface Resend {
  readonly delivery_id: string;
  readonly resend_of: string;
  readonly message_id: string;
  readonly status: string;
  readonly expires_at: Date | null;
}
const resends = () =>
  spec.rows<Resend>(
    `select delivery_id, resend_of, message_id, status, expires_at from deliveries where resend_of is not null order by resend_of, delivery_id`,
  );
const item = (deliveryId: string) =>
  spec.row<{ status: string; reason: string | null; resent_as: string | null }>(
    `select status, reason, resent_as from resend_plan_items where delivery_id = $1`,
    [deliveryId],
  );

describe('a run sends each delivery of its plan again', () => {
  it('once, as a delivery of its own, oldest first, and is done then', async () => {
    const ids = await deadLetters(spec, 5);
    const planId = await runningPlan(spec);
    expect(await resendNext(spec.database, planId, { limit: 2 })).toMatchObject({ resent: 2, failed: 0, left: 3 });
    expect((await resends()).map(({ resend_of }) => resend_of)).toEqual(ids.slice(0, 2));
    expect(await resendNext(spec.database, planId)).toMatchObject({ resent: 3, left: 0 });
    expect(await planOf(spec, planId)).toMatchObject({ status: 'done', end_reason: 'all_tried', resent: 5, failed: 0 });
    expect(await resendNext(spec.database, planId)).toBeNull();
    const made = await resends();
    expect(made.map(({ resend_of }) => resend_of)).toEqual(ids);
    for (const { delivery_id, message_id, resend_of } of made) {
      expect(message_id).toBe(`<${delivery_id}@new.example>`);
      expect(await item(resend_of)).toEqual({ status: 'resent', reason: null, resent_as: delivery_id });
    }
    const keys = await spec.rows(`select idempotency_key, delivery_id from idempotency_keys where scope = $1 order by 1`, [
      `resend-plan:${planId}`,
    ]);
    expect(keys).toEqual(made.map(({ resend_of, delivery_id }) => ({ idempotency_key: resend_of, delivery_id })));
  });

  it('whoever works on it: two schedulers at once make no second copy', async () => {
    const ids = await deadLetters(spec, 60);
    const planId = await runningPlan(spec);
    const other = await spec.another();
    const work = async (database: Database): Promise<void> => {
      while ((await statusOf(spec, planId)) === 'running') await resendNext(database, planId, { limit: 7 });
    };
    await Promise.all([spec.database, other, spec.database, other].map(work));
    expect((await resends()).map(({ resend_of }) => resend_of)).toEqual(ids);
  });

  it('and of two plans with the same deliveries at the same moment one sends them', async () => {
    await deadLetters(spec, 20);
    const [first, second] = [await runningPlan(spec), await runningPlan(spec)];
    const meanwhile: unknown[] = [];
    const slow = await opened(async (point) => {
      if (point === 'accept_deliveries.before') meanwhile.push(await resendNext(spec.database, second));
    });
    expect(await resendNext(slow, first)).toMatchObject({ resent: 20, left: 0 });
    await slow.close();
    // It passes over what the other holds, and comes to it later.
    expect(meanwhile).toMatchObject([{ resent: 0, failed: 0, left: 20, held: true }]);
    await resendNext(spec.database, second);
    expect(await resends()).toHaveLength(20);
    expect(await planOf(spec, second)).toMatchObject({ status: 'done', resent: 0, failures: { already_resent: 20 } });
  });

  it.each(['hold_running_resend_plan', 'accept_deliveries', 'mark_resend_items', 'advance_resend_plan', 'commit'])(
    'and a connection that breaks around %s neither loses nor doubles one',
    async (statement) => {
      const ids = await deadLetters(spec, 4);
      for (const point of [`${statement}.before`, `${statement}.after`]) {
        const planId = await runningPlan(spec, { includeResent: true });
        let hit = false;
        const breaking = await opened((passed) => {
          if (passed !== point) return Promise.resolve();
          hit = true;
          return Promise.reject(new Error('Connection terminated unexpectedly'));
        });
        await expect(resendNext(breaking, planId, { limit: 3 })).rejects.toThrow('terminated');
        await breaking.close();
        expect(hit).toBe(true);
        while ((await statusOf(spec, planId)) === 'running') {
          await fillBuckets(spec);
          await resendNext(spec.database, planId);
        }
        const made = await spec.rows<{ key: string }>(`select idempotency_key as key from idempotency_keys where scope = $1 order by 1`, [
          `resend-plan:${planId}`,
        ]);
        expect([point, made.map(({ key }) => key)]).toEqual([point, ids]);
        expect(await planOf(spec, planId)).toMatchObject({ resent: 4, failed: 0 });
        await spec.rows('delete from resend_plans');
      }
      expect(await resends()).toHaveLength(2 * 4);
    },
  );
});

describe('what cannot be sent again any more', () => {
  it('is marked with why, and holds up nothing', async () => {
    const [gone = '', purged = '', late = '', by = '', last = ''] = await deadLetters(spec, 5, { expiresAt: '2999-01-01T00:00:00Z' });
    const planId = await runningPlan(spec);
    await spec.rows('delete from deliveries where delivery_id = $1', [gone]);
    await spec.rows('update delivery_payloads set content_purged_at = now() where delivery_id = $1', [purged]);
    await spec.rows('update deliveries set expires_at = now() where delivery_id = $1', [late]);
    await spec.accepted({ resendOf: by });
    expect(await resendNext(spec.database, planId)).toMatchObject({ resent: 1, failed: 4, left: 0 });
    for (const [id, reason] of Object.entries({ [gone]: 'gone', [purged]: 'content_purged', [late]: 'expired', [by]: 'already_resent' })) {
      expect(await item(id)).toEqual({ status: 'failed', reason, resent_as: null });
    }
    expect(await item(last)).toMatchObject({ status: 'resent' });
    expect(await planOf(spec, planId)).toMatchObject({
      status: 'done',
      failures: { gone: 1, content_purged: 1, expired: 1, already_resent: 1 },
    });
  });

  it('for its expiry alone gets that of the plan', async () => {
    const [late = '', other = ''] = await deadLetters(spec, 2, { expiresAt: '2998-01-01T00:00:00Z' });
    await spec.rows('update deliveries set expires_at = now() where delivery_id = $1', [late]);
    const planId = await runningPlan(spec, { expiresAt: '2999-01-01T00:00:00Z' });
    await resendNext(spec.database, planId);
    expect(await resends()).toMatchObject([
      { resend_of: late, status: 'queued', expires_at: new Date('2999-01-01T00:00:00Z') },
      { resend_of: other, status: 'queued', expires_at: new Date('2998-01-01T00:00:00Z') },
    ]);
  });

  it('is given up by name, and only if it is the next', async () => {
    const [first = '', second = ''] = await deadLetters(spec, 2);
    const planId = await runningPlan(spec);
    expect(await resendNext(spec.database, planId, { limit: 1, giveUp: second })).toMatchObject({ resent: 0, failed: 0, left: 2 });
    expect(await resendNext(spec.database, planId, { limit: 1, giveUp: first })).toMatchObject({ resent: 0, failed: 1, left: 1 });
    expect(await item(first)).toMatchObject({ status: 'failed', reason: 'error' });
  });
});

describe('the rate of a plan', () => {
  it('is that of all schedulers together, by the server’s clock, with no more saved than a second brings', async () => {
    await deadLetters(spec, 30);
    const planId = await runningPlan(spec, { ratePerSecond: 10 });
    await spec.rows(`update resend_plans set refilled_at = now() - interval '1 hour'`);
    expect((await resendNext(spec.database, planId))?.resent).toBe(10);
    const next = await resendNext(await spec.another(), planId, { limit: 1 });
    expect(next?.resent ?? 0).toBeLessThan(10);
    await spec.rows(`update resend_plans set tokens = 0, refilled_at = now() + interval '1 hour'`);
    const waiting = await resendNext(spec.database, planId);
    expect(waiting).toMatchObject({ resent: 0 });
    expect(waiting?.nextInMs).toBe(100);
  });

  it('begins with nothing, also when it goes on', async () => {
    await deadLetters(spec, 30);
    const planId = await runningPlan(spec, { ratePerSecond: 1 });
    await setResendPlanStatus(spec.database, planId, 'paused');
    expect(await resendNext(spec.database, planId)).toBeNull();
    await setResendPlanStatus(spec.database, planId, 'running');
    await spec.rows(`update resend_plans set refilled_at = now() + interval '1 minute'`);
    expect(await resendNext(spec.database, planId)).toMatchObject({ resent: 0, left: 30 });
  });
});

it('each resend has the trace that it is given, and knows the trace of the request that had the plan go on', async () => {
  const [id = ''] = await deadLetters(spec, 1, { traceparent: 'of-the-original', tracestate: 'a=1' });
  const planId = await runningPlan(spec);
  await setResendPlanStatus(spec.database, planId, 'paused', { traceparent: 'of-the-pause', tracestate: null });
  await setResendPlanStatus(spec.database, planId, 'running', { traceparent: 'of-the-start', tracestate: 'b=2' });
  await fillBuckets(spec);
  const asked: unknown[] = [];
  const progress = await resendNext(spec.database, planId, {
    traceOf: (original, plan) => {
      asked.push([original.traceparent, original.tracestate, plan.traceparent, plan.tracestate]);
      return { traceparent: 'of-the-resend', tracestate: null };
    },
  });
  expect(asked).toEqual([['of-the-original', 'a=1', 'of-the-start', 'b=2']]);
  const [resend] = await resends();
  expect(progress?.accepted).toMatchObject([{ deliveryId: resend?.delivery_id, resendOf: id, outcome: 'queued', replayed: false }]);
  expect(await spec.row('select traceparent, tracestate from deliveries where resend_of is not null')).toEqual({
    traceparent: 'of-the-resend',
    tracestate: null,
  });
});

it('mails that are large are sent again a few at a time', async () => {
  const body = { mode: 'rendered' as const, subject: 's', text: 'x'.repeat(5_000_000), html: null };
  await deadLetters(spec, 3, { content: { body, reply_to: [], headers: {}, attachments: [] } });
  const planId = await runningPlan(spec);
  expect(await resendNext(spec.database, planId)).toMatchObject({ resent: 1, left: 2 });
});

it('a plan without anything to send is done as soon as it is started', async () => {
  const planId = await runningPlan(spec);
  expect(await resendNext(spec.database, planId)).toMatchObject({ left: 0 });
  expect(await planOf(spec, planId)).toMatchObject({ status: 'done', total: 0 });
});

it('a plan is deleted once it is over for so long, its set first, in chunks', async () => {
  await deadLetters(spec, 5);
  const [over, open] = [await runningPlan(spec), await runningPlan(spec, { includeResent: true })];
  await resendNext(spec.database, over);
  expect(await sweepPage(sweepResendPlanItems, spec.database, DAY_MS, 10)).toBe(0);
  await spec.rows(`update resend_plans set ended_at = ended_at - interval '2 days'`);
  expect(await sweepPage(sweepResendPlans, spec.database, DAY_MS, 10)).toBe(0);
  expect(await sweepPage(sweepResendPlanItems, spec.database, DAY_MS, 3)).toBe(3);
  expect(await sweepPage(sweepResendPlanItems, spec.database, DAY_MS, 3)).toBe(2);
  expect(await sweepPage(sweepResendPlans, spec.database, DAY_MS, 10)).toBe(1);
  expect(await planOf(spec, open)).toMatchObject({ status: 'running' });
  expect(await spec.rows('select from resend_plan_items')).toHaveLength(5);
});
