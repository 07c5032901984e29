import { findUnaccounted, type Database } from '@mail/persistence';
import { createLogger } from '@mail/runtime';
import { testDatabase, type TestDatabase } from '@mail/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aQueued, manyQueued } from '../testing/a-queued.js';
import { openSpecDatabase } from '../testing/open-spec-database.js';
import { claimDue } from './claim-due.js';
import { expireDue } from './expire-due.js';
import { finishDeferred } from './finish-deferred.js';
import { giveBackStale } from './give-back-stale.js';
import { recoverLost } from './recover-lost.js';

let test: TestDatabase;
let database: Database;
let lines: { event: string; id?: string; kind?: string }[];
beforeAll(async () => {
  test = await testDatabase();
  database = await openSpecDatabase(test.dsn);
  // What cannot be changed, for a reason that nobody foresaw: the attempts of the deliveries of one source.
  await test.client.query(`create function refuse_poison() returns trigger language plpgsql as $$
    begin
      if (select source from deliveries where delivery_id = new.delivery_id) = 'poison' then raise exception 'poison' using errcode = 'check_violation'; end if;
      return new;
    end $$;
    create trigger poison before update on attempts for each row execute function refuse_poison()`);
});
beforeEach(async () => {
  lines = [];
  await test.client.query('delete from deliveries; delete from deferred_supersessions');
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

const logger = () =>
  createLogger({ app: 'scheduler', logLevel: 'info' }, { write: (line) => void lines.push(JSON.parse(line) as (typeof lines)[number]) });
const turn = (job: { readonly turn: (signal: AbortSignal, beat: () => void) => Promise<number> }) =>
  job.turn(new AbortController().signal, () => undefined);
const TIMES = { staleAfterMs: 45_000, intervalMs: 30_000, pollIntervalMs: 250 };
const jobs = {
  expire: () => expireDue({ database, logger: logger(), ...TIMES }),
  give_back: () => giveBackStale({ database, logger: logger(), ...TIMES, wakeClaiming: () => undefined }),
  recover: () =>
    recoverLost({
      database,
      logger: logger(),
      ...TIMES,
      policy: { scheduleMs: [60_000], troubleLimitMs: 86_400_000, finalReplyTimeoutMs: 600_000 },
    }),
} as const;
const ROWS = {
  expire: { status: 'scheduled', expires: true },
  give_back: { status: 'claimed' },
  recover: { status: 'in_progress' },
} as const;
const statusesOf = async (source: string): Promise<string[]> => {
  const { rows } = await test.client.query<{ is: string }>(
    `select distinct concat_ws(' ', d.status, a.status) as is from deliveries d join attempts a using (delivery_id) where d.source = $1`,
    [source],
  );
  return rows.map(({ is }) => is);
};
const DONE = { expire: ['expired ended'], give_back: ['queued scheduled'], recover: ['uncertain ended'] };

describe.each(['expire', 'give_back', 'recover'] as const)('of rows that cannot be processed, at %s,', (job) => {
  it('one costs the others nothing, is told of, and fails no turn', async () => {
    const bad = await aQueued(test, { ...ROWS[job], source: 'poison', ago: '2 hours' });
    for (let n = 0; n < 5; n += 1) await aQueued(test, ROWS[job]);
    const running = jobs[job]();
    await turn(running);
    expect(await statusesOf('s')).toEqual(DONE[job]);
    expect(running.stuck.count).toBe(1);
    const id = job === 'expire' ? bad.deliveryId : bad.attemptId;
    expect(lines.filter(({ event }) => event === 'row_stuck')).toMatchObject([{ kind: job, id, level: 'error' }]);
    // It is not tried in every turn.
    lines = [];
    await turn(running);
    expect(running.stuck.count).toBe(1);
    expect(lines).toEqual([]);
  });

  it('a full page ahead of the others hides none of them', async () => {
    await manyQueued(test, 501, { ...ROWS[job], source: 'poison', ago: '2 hours' });
    for (let n = 0; n < 3; n += 1) await aQueued(test, ROWS[job]);
    const running = jobs[job]();
    await turn(running);
    expect(await statusesOf('s')).toEqual(DONE[job]);
    expect(running.stuck.count).toBe(501);
  });

  it('one that is gone is stuck no more', async () => {
    await aQueued(test, { ...ROWS[job], source: 'poison' });
    const running = jobs[job]();
    await turn(running);
    await test.client.query(`delete from deliveries where source = 'poison'`);
    await turn(running);
    expect(running.stuck.count).toBe(0);
    expect(lines.at(-1)).toMatchObject({ event: 'row_unstuck', kind: job });
  });
});

it('an attempt whose recipients were deleted by hand stops the recovery of no other, and is unaccounted for', async () => {
  const bad = await aQueued(test, { ...ROWS.recover, ago: '2 hours' });
  await test.client.query('delete from delivery_recipients where delivery_id = $1', [bad.deliveryId]);
  const sound = await aQueued(test, ROWS.recover);
  const running = jobs.recover();
  await turn(running);
  expect((await test.client.query('select status from deliveries where delivery_id = $1', [sound.deliveryId])).rows).toEqual([
    { status: 'uncertain' },
  ]);
  expect(lines.filter(({ event }) => event === 'row_stuck')).toMatchObject([{ kind: 'recover', id: bad.attemptId }]);
  expect((await findUnaccounted(database, { full: false })).counts).toMatchObject({ recipient_missing: 1 });
});

it('a superseded delivery that cannot be ended stops the end of no other', async () => {
  const [bad, sound] = [await aQueued(test, { source: 'poison' }), await aQueued(test)];
  for (const { deliveryId } of [bad, sound])
    await test.client.query('insert into deferred_supersessions values ($1, gen_random_uuid(), now())', [deliveryId]);
  const running = finishDeferred({ database, logger: logger(), ...TIMES });
  await turn(running);
  expect(await statusesOf('s')).toEqual(['superseded ended']);
  expect(running.stuck.count).toBe(1);
});

it('attempts that cannot be claimed, as many as a window holds, keep none of the others from being claimed', async () => {
  const bad = await manyQueued(test, 60, { source: 'poison' });
  await aQueued(test);
  const claims = claimDue({ database, logger: logger(), tell: true, pollIntervalMs: 250, claimWindow: 200 });
  for (let turns = 0; turns < 3; turns += 1) await claims.turn();
  expect(await statusesOf('s')).toEqual(['queued claimed']);
  expect(claims.stuck.count).toBe(bad.length);
});
