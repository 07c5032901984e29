import type { Database } from '@mail/persistence';
import { createLogger } from '@mail/runtime';
import { testDatabase, type TestDatabase } from '@mail/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openSpecDatabase } from '../../testing/open-spec-database.js';
import { workOnPlans } from './work-on-plans.js';

let test: TestDatabase;
let database: Database;
let woken = 0;
beforeAll(async () => {
  test = await testDatabase();
  database = await openSpecDatabase(test.dsn);
  // What cannot be stored, for a reason that nobody foresaw.
  await test.client.query(`create function refuse_poison() returns trigger language plpgsql as $$
    begin if new.resend_of is not null and new.source = 'poison' then raise exception 'poison' using errcode = 'check_violation'; end if; return new; end $$;
    create trigger poison before insert on deliveries for each row execute function refuse_poison()`);
});
beforeEach(() => test.client.query('delete from resend_plans; delete from deliveries'));
afterAll(async () => {
  await database.close();
  await test.drop();
});

const deadLetters = async (source: string, count: number): Promise<string[]> => {
  const { rows } = await test.client.query<{ delivery_id: string }>(
    `with dead as (
      insert into deliveries (delivery_id, source, idempotency_key, status, end_reason, priority, message_id, from_email, created_at, ended_at, on_uncertain)
      select gen_random_uuid(), $1, 'key-' || n, 'dead_letter', 'retry_schedule_used_up', 'normal', '<m>', 'f@x.example', now(), now(), 'retry'
      from generate_series(1, $2::int) n returning delivery_id
    ),
    recipients as (
      insert into delivery_recipients (delivery_id, position, address, kind, outcome) select delivery_id, 0, 'a@x.example', 'to', 'abandoned' from dead
    ),
    payloads as (
      insert into delivery_payloads (delivery_id, content)
      select delivery_id, '{"body":{"mode":"rendered","subject":"s","text":"t","html":null},"reply_to":[],"headers":{},"attachments":[]}' from dead
    ) select delivery_id from dead`,
    [source, count],
  );
  return rows.map(({ delivery_id }) => delivery_id);
};
const running = async (key: string, ids: readonly string[]): Promise<void> => {
  await test.client.query(
    `with plan as (
      insert into resend_plans (plan_id, idempotency_key, fingerprint, operator, status, filter, include_resent, rate_per_second, from_email, created_at,
        frozen_at, started_at, total, resendable, refilled_at)
      values (gen_random_uuid(), $1, '\\x01', 'o', 'running', '{"status":["dead_letter"]}', false, 1000, 'f@x.example', now(), now(), now(),
        cardinality($2::uuid[]), cardinality($2::uuid[]), now() - interval '1 minute') returning plan_id
    ) insert into resend_plan_items (plan_id, delivery_id, status) select plan_id, unnest($2::uuid[]), 'pending' from plan`,
    [key, ids],
  );
};
const planned = async (key: string, filter: string): Promise<void> => {
  await test.client.query(
    `insert into resend_plans (plan_id, idempotency_key, fingerprint, operator, status, filter, include_resent, rate_per_second, from_email, created_at)
    values (gen_random_uuid(), $1, '\\x01', 'o', 'planning', $2::jsonb, false, 50, 'f@x.example', now() + interval '1 s')`,
    [key, filter],
  );
};
const plans = async () =>
  (await test.client.query(`select idempotency_key as key, status, resent, failed, failures from resend_plans order by 1`)).rows;
const turn = (work: ReturnType<typeof workOnPlans>) => work.turn(new AbortController().signal, () => undefined);
const scheduler = () =>
  workOnPlans({
    database,
    logger: createLogger({ app: 'scheduler', logLevel: 'fatal' }),
    idempotencyTtlMs: 60_000,
    pollIntervalMs: 250,
    wakeClaiming: () => void (woken += 1),
  });

it('one delivery that cannot be stored is given up alone, and holds up neither its plan nor another', async () => {
  const sound = await deadLetters('shop', 20);
  const [poison = ''] = await deadLetters('poison', 1);
  await running('one', [...sound.slice(0, 15), poison]);
  await running('two', sound.slice(15));
  const work = scheduler();
  for (let turns = 0; turns < 40 && (await plans()).some(({ status }) => status === 'running'); turns += 1) {
    await turn(work);
  }
  expect(await plans()).toEqual([
    { key: 'one', status: 'done', resent: 15, failed: 1, failures: { error: 1 } },
    { key: 'two', status: 'done', resent: 5, failed: 0, failures: {} },
  ]);
  expect((await test.client.query(`select delivery_id, reason from resend_plan_items where status = 'failed'`)).rows).toEqual([
    { delivery_id: poison, reason: 'error' },
  ]);
  const { rows } = await test.client.query(`select resend_of from deliveries where resend_of is not null`);
  expect(new Set(rows.map(({ resend_of }: { resend_of?: string }) => resend_of))).toEqual(new Set(sound));
  expect(rows).toHaveLength(20);
  expect(woken).toBeGreaterThan(0);
});

it('a plan is frozen at once, and looked at once in a while when there is nothing to do', async () => {
  await deadLetters('shop', 3);
  await planned('k', '{"source":"shop","status":["dead_letter"]}');
  const work = scheduler();
  expect(await turn(work)).toBe(250);
  expect((await test.client.query(`select status, total, resendable from resend_plans`)).rows).toEqual([
    { status: 'ready', total: 3, resendable: 3 },
  ]);
  expect(await turn(work)).toBe(250);
});

it('a delivery whose original somebody holds is passed over, and sent once it is let go', async () => {
  const ids = (await deadLetters('shop', 10)).sort();
  await running('one', ids);
  const work = scheduler();
  const other = await openSpecDatabase(test.dsn);
  await other.transaction(async (client) => {
    const held = { name: '', text: 'select 1 from deliveries where delivery_id = any($1::uuid[]) for update', values: [[ids[0], ids[4]]] };
    await client.query(held);
    expect(await turn(work)).toBe('again');
    // All that is left is held: it is looked at again, and not without a pause.
    expect(await turn(work)).toBe(250);
    expect(await plans()).toMatchObject([{ status: 'running', resent: 8, failed: 0 }]);
  });
  await turn(work);
  expect(await plans()).toMatchObject([{ status: 'done', resent: 10, failed: 0 }]);
  await other.close();
});

it('as many that are held as a chunk has do not hide the rest', async () => {
  const ids = (await deadLetters('shop', 205)).sort();
  await running('one', ids);
  const work = scheduler();
  const other = await openSpecDatabase(test.dsn);
  await other.transaction(async (client) => {
    await client.query({
      name: '',
      text: 'select 1 from deliveries where delivery_id = any($1::uuid[]) for update',
      values: [ids.slice(0, 201)],
    });
    await turn(work);
    expect(await plans()).toMatchObject([{ status: 'running', resent: 4 }]);
  });
  for (let turns = 0; turns < 5; turns += 1) await turn(work);
  expect(await plans()).toMatchObject([{ status: 'done', resent: 205 }]);
  await other.close();
});

it('a delivery that cannot be frozen is left out of its plan, alone', async () => {
  const [poison = ''] = await deadLetters('shop', 9);
  await test.client.query(`create function refuse_item() returns trigger language plpgsql as $$
    begin if new.delivery_id = '${poison}' and new.status = 'pending' then raise exception 'poison' using errcode = 'check_violation'; end if; return new; end $$;
    create trigger refuse_item before insert on resend_plan_items for each row execute function refuse_item()`);
  await planned('k', '{"source":"shop","status":["dead_letter"]}');
  const work = scheduler();
  for (let turns = 0; turns < 20; turns += 1) await turn(work);
  await test.client.query('drop trigger refuse_item on resend_plan_items; drop function refuse_item');
  expect((await test.client.query(`select status, total, resendable from resend_plans`)).rows).toEqual([
    { status: 'ready', total: 9, resendable: 8 },
  ]);
  expect((await test.client.query(`select delivery_id, reason from resend_plan_items where status <> 'pending'`)).rows).toEqual([
    { delivery_id: poison, reason: 'error' },
  ]);
});

it('a plan that fails as a whole holds up no other, and fails no turn', async () => {
  await deadLetters('shop', 3);
  await planned('bad', '{"nobody":"knows"}');
  await planned('good', '{"source":"shop","status":["dead_letter"]}');
  const work = scheduler();
  expect(await turn(work)).toBe(250);
  expect((await test.client.query(`select idempotency_key, status from resend_plans order by 1`)).rows).toEqual([
    { idempotency_key: 'bad', status: 'planning' },
    { idempotency_key: 'good', status: 'ready' },
  ]);
  expect(work.stuck.count).toBe(1);
});
