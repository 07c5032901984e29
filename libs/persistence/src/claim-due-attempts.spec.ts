import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aDelivery } from '../testing/a-delivery.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { claimDueAttempts } from './statements/claim-due-attempts.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const PRIORITIES = ['high', 'normal', 'bulk'] as const;
const accept = (count: number, priority: (typeof PRIORITIES)[number] = 'normal') =>
  spec.accept(...[...Array(count).keys()].map(() => aDelivery({ priority })));
const claimed = (): Promise<Record<string, unknown>[]> =>
  spec.rows(`select lane, count(*)::int as count from attempts where status = 'claimed' group by lane order by lane`);

describe('a claim fills the window of each lane', () => {
  it('and no more; it tells how many were waiting, and how many are new', async () => {
    for (const priority of PRIORITIES) await accept(5, priority);
    expect(await claimDueAttempts(spec.database, [3, 2, 9], false)).toMatchObject([
      { lane: 0, waiting: 0, claimed: 3 },
      { lane: 1, waiting: 0, claimed: 2 },
      { lane: 2, waiting: 0, claimed: 5 },
    ]);
    expect(await claimDueAttempts(spec.database, [4, 2, 9], false)).toMatchObject([
      { waiting: 3, claimed: 1 },
      { waiting: 2, claimed: 0 },
      { waiting: 5, claimed: 0 },
    ]);
    expect(await claimed()).toEqual([
      { lane: 0, count: 4 },
      { lane: 1, count: 2 },
      { lane: 2, count: 5 },
    ]);
  });

  it('a full lane takes nothing from another, and an overfull one claims nothing', async () => {
    await accept(5, 'bulk');
    await claimDueAttempts(spec.database, [0, 0, 5], false);
    await accept(2, 'high');
    await accept(2, 'bulk');
    expect(await claimDueAttempts(spec.database, [2, 2, 3], false)).toMatchObject([
      { claimed: 2 },
      { claimed: 0 },
      { waiting: 5, claimed: 0 },
    ]);
  });

  it('what workers have taken makes room', async () => {
    await accept(4);
    await claimDueAttempts(spec.database, [2, 2, 2], false);
    await spec.rows(`update attempts set status = 'in_progress', started_at = now(), worker_id = 'w', token = gen_random_uuid()
      where attempt_id = (select attempt_id from attempts where status = 'claimed' limit 1)`);
    expect(await claimDueAttempts(spec.database, [2, 2, 2], false)).toMatchObject([{}, { waiting: 1, claimed: 1 }, {}]);
  });
});

describe('a claim takes what is due', () => {
  it('the oldest first, whatever the plan', async () => {
    await accept(6);
    await spec.rows(`update attempts set scheduled_at = now() - row_number * interval '1 minute'
      from (select attempt_id, row_number() over (order by attempt_id desc) from attempts) as aged where aged.attempt_id = attempts.attempt_id`);
    await claimDueAttempts(await spec.withoutIndexes(), [0, 2, 0], false);
    expect(
      await spec.row(
        `select max(scheduled_at) filter (where status = 'claimed') < min(scheduled_at) filter (where status = 'scheduled') as oldest from attempts`,
      ),
    ).toEqual({
      oldest: true,
    });
  });

  it('not what is due later', async () => {
    await spec.accepted({ deliverAt: new Date(Date.now() + 3_600_000).toISOString() });
    expect(await claimDueAttempts(spec.database, [9, 9, 9], false)).toMatchObject([{}, { claimed: 0 }, {}]);
    await spec.rows(`update attempts set scheduled_at = now() - interval '1 ms'`);
    expect(await claimDueAttempts(spec.database, [9, 9, 9], false)).toMatchObject([{}, { claimed: 1 }, {}]);
  });

  it('and stamps it with its time, without a worker', async () => {
    await accept(1);
    await claimDueAttempts(spec.database, [9, 9, 9], false);
    expect(
      await spec.row(
        `select claimed_at between now() - interval '1 minute' and now() as stamped, worker_id, token, started_at from attempts`,
      ),
    ).toEqual({
      stamped: true,
      worker_id: null,
      token: null,
      started_at: null,
    });
  });
});

describe('concurrent claimers', () => {
  it('skip what another is claiming, and never wait', async () => {
    await accept(4);
    await spec.rows('begin');
    await spec.rows(`select from attempts order by scheduled_at, attempt_id limit 2 for update`);
    const [, normal] = await claimDueAttempts(spec.database, [9, 9, 9], false);
    await spec.rows('rollback');
    expect(normal.claimed).toBe(2);
    expect(await claimDueAttempts(spec.database, [9, 9, 9], false)).toMatchObject([{}, { waiting: 2, claimed: 2 }, {}]);
  });

  it('claim each attempt once', async () => {
    await accept(200);
    const other = await spec.another();
    const rounds = await Promise.all(
      [...Array(10).keys()].map((index) => claimDueAttempts(index % 2 === 0 ? spec.database : other, [0, 1000, 0], false)),
    );
    expect(rounds.reduce((sum, [, normal]) => sum + normal.claimed, 0)).toBe(200);
    expect(await claimed()).toEqual([{ lane: 1, count: 200 }]);
  });
});
