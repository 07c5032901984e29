import { openDatabase, type Database } from '@mail/persistence';
import { createLogger } from '@mail/runtime';
import { testDatabase, type TestDatabase } from '@mail/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { sweep, type Sweeping } from './sweep.js';

const DAY_MS = 86_400_000;
/** What cannot be deleted, for a reason that nobody foresaw. */
const POISON = '00000000-0000-7000-8000-000000000001';

let test: TestDatabase;
let database: Database;
let lines: { event: string; kind?: string; id?: string }[];
beforeAll(async () => {
  test = await testDatabase();
  database = await openDatabase({
    name: 'mail spec',
    primaryDsn: test.dsn,
    replicaDsns: [],
    operationTimeoutMs: 20_000,
    lockTimeoutMs: 100,
    maxOpenConns: 4,
    maxIdleConns: 4,
    connMaxLifetimeMs: 600_000,
    onPoolError: () => undefined,
  });
  await test.client.query(`create function refuse_poison() returns trigger language plpgsql as $$
    begin if to_jsonb(old)::text like '%${POISON}%' then raise exception 'poison' using errcode = 'restrict_violation'; end if; return old; end $$;`);
  for (const table of ['deliveries', 'malformed_commands', 'operator_actions', 'resend_plans', 'resend_plan_items', 'idempotency_keys']) {
    await test.client.query(`create trigger poison before delete on ${table} for each row execute function refuse_poison()`);
  }
});
beforeEach(async () => {
  lines = [];
  await test.client.query(
    'truncate deliveries, malformed_commands, operator_actions, resend_plans, resend_plan_items, idempotency_keys, deleted_deliveries cascade',
  );
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

const job = (): Sweeping =>
  sweep({
    database,
    logger: createLogger(
      { app: 'retention-job', logLevel: 'info' },
      { write: (line) => void lines.push(JSON.parse(line) as (typeof lines)[number]) },
    ),
    deliveryRetentionMs: DAY_MS,
    malformedCommandRetentionMs: DAY_MS,
    operatorActionRetentionMs: DAY_MS,
    intervalMs: 1000,
  });
const pass = ({ turn }: Sweeping) => turn(new AbortController().signal, () => undefined);
const count = async (table: string): Promise<number> =>
  (await test.client.query<{ count: number }>(`select count(*)::int as count from ${table}`)).rows[0]?.count ?? 0;
const TABLES = ['deliveries', 'malformed_commands', 'operator_actions', 'resend_plans', 'resend_plan_items', 'idempotency_keys'];
const counts = async () => Object.fromEntries(await Promise.all(TABLES.map(async (table) => [table, await count(table)] as const)));

/** So many of each kind, long past their window; the oldest has this id. */
async function old(rows: number, first: string): Promise<void> {
  const ids = Array.from({ length: rows }, (_, n) => (n === 0 ? first : `00000000-0000-7000-9000-${String(n).padStart(12, '0')}`));
  await test.client.query(
    `insert into deliveries (delivery_id, source, idempotency_key, status, end_reason, priority, message_id, from_email, created_at, ended_at, on_uncertain)
    select id, 's', id::text, 'sent', 'provider_accepted', 'normal', '<m>', 'f@x.example', now() - interval '11 days',
      now() - interval '10 days' + n * interval '1 second', 'retry' from unnest($1::uuid[]) with ordinality as t(id, n)`,
    [ids],
  );
  await test.client.query(
    `insert into delivery_recipients (delivery_id, position, address, kind, outcome, created_at)
    select id, 0, 'a@x.example', 'to', 'accepted', now() from unnest($1::uuid[]) as id`,
    [ids],
  );
  await test.client.query(
    `insert into idempotency_keys (scope, idempotency_key, fingerprint, secret_names, delivery_id, outcome, created_at, expires_at)
    select 's', id::text, '\\x01', '{}', id, 'queued', now() - interval '11 days', now() - interval '10 days' + n * interval '1 second'
    from unnest($1::uuid[]) with ordinality as t(id, n)`,
    [ids],
  );
  await test.client.query(
    `insert into malformed_commands (malformed_id, stream, incarnation, entry_id, raw_bytes, code, reason, created_at)
    select id, 's', 1, id::text, 0, 'malformed_json', 'r', now() - interval '10 days' + n * interval '1 second'
    from unnest($1::uuid[]) with ordinality as t(id, n)`,
    [ids],
  );
  await test.client.query(
    `insert into operator_actions (action_id, operator, action, created_at)
    select id, 'o', 'cancel', now() - interval '10 days' + n * interval '1 second' from unnest($1::uuid[]) with ordinality as t(id, n)`,
    [ids],
  );
  await test.client.query(
    `insert into resend_plans (plan_id, idempotency_key, fingerprint, operator, status, end_reason, filter, include_resent, rate_per_second, from_email,
      created_at, ended_at)
    select id, id::text, '\\x01', 'o', 'cancelled', 'cancelled_by_operator', '{}', false, 1, 'f@x.example', now() - interval '11 days',
      now() - interval '10 days' + n * interval '1 second' from unnest($1::uuid[]) with ordinality as t(id, n)`,
    [ids],
  );
  await test.client.query(
    `insert into resend_plan_items (plan_id, delivery_id, status) select id, id, 'pending' from unnest($1::uuid[]) as id`,
    [ids],
  );
}

it('a row that cannot be deleted costs the others nothing, of whatever kind, is told of, and fails no pass', async () => {
  await old(5, POISON);
  const running = job();
  await pass(running);
  expect(await counts()).toEqual({
    deliveries: 1,
    malformed_commands: 1,
    operator_actions: 1,
    resend_plans: 1,
    resend_plan_items: 1,
    idempotency_keys: 1,
  });
  expect(running.stuck.map(({ kind: name, count: stuck }) => [name, stuck])).toEqual([
    ['delete_deliveries', 1],
    ['delete_resend_plan_items', 1],
    ['delete_malformed_commands', 1],
    ['delete_operator_actions', 1],
    // It keeps its item, and is not to be deleted yet.
    ['delete_resend_plans', 0],
    ['delete_idempotency_keys', 1],
  ]);
  expect(lines.filter(({ event }) => event === 'row_stuck').map(({ id }) => id)).toContain(POISON);
  expect(lines.at(-1)).toMatchObject({
    event: 'retention_swept',
    deliveries: 4,
    malformed_commands: 4,
    operator_actions: 4,
    resend_plans: 4,
    idempotency_keys: 4,
  });
});

it('rows that another transaction holds are left to the next pass, and hold up none', async () => {
  await old(5, POISON.replace(/1$/, '2'));
  await database.transaction(async (client) => {
    const hold = (sql: string) => client.query({ name: '', text: sql, values: [] });
    // What belongs to a delivery too: the deletion of the delivery would wait for it.
    await hold('select 1 from delivery_recipients order by delivery_id limit 1 for share');
    for (const table of TABLES.slice(1)) await hold(`select 1 from ${table} order by ctid limit 1 for update`);
    const running = job();
    await pass(running);
    // A plan keeps its item that is held.
    expect(await counts()).toEqual({
      deliveries: 1,
      malformed_commands: 1,
      operator_actions: 1,
      resend_plans: 1,
      resend_plan_items: 1,
      idempotency_keys: 1,
    });
    expect(running.stuck.every(({ count: stuck }) => stuck === 0)).toBe(true);
  });
  await pass(job());
  expect(Object.values(await counts())).toEqual([0, 0, 0, 0, 0, 0]);
});

it.each(['for update', 'for share', 'for key share'])(
  'however many deliveries have a row that is held (%s), the others are deleted',
  async (mode) => {
    await old(100, POISON.replace(/1$/, '2'));
    await database.transaction(async (client) => {
      const text = `select 1 from delivery_recipients where delivery_id in (select delivery_id from deliveries order by ended_at limit 70) ${mode}`;
      await client.query({ name: '', text, values: [] });
      const running = job();
      await pass(running);
      expect((await counts())['deliveries']).toBe(70);
      expect(running.stuck.every(({ count: stuck }) => stuck === 0)).toBe(true);
    });
    await pass(job());
    expect((await counts())['deliveries']).toBe(0);
  },
);

it('a kind that fails as a whole keeps no other from being deleted, and the pass is tried again', async () => {
  await old(5, POISON.replace(/1$/, '2'));
  const broken: Database = {
    ...database,
    query: (config) =>
      config.name === 'find_ended_deliveries' ? Promise.reject(new Error('Connection terminated')) : database.query(config),
  };
  const running = sweep({
    ...{ deliveryRetentionMs: DAY_MS, malformedCommandRetentionMs: DAY_MS, operatorActionRetentionMs: DAY_MS, intervalMs: 1000 },
    database: broken,
    logger: createLogger({ app: 'retention-job', logLevel: 'fatal' }),
  });
  await expect(pass(running)).rejects.toThrow('terminated');
  expect(await counts()).toEqual({
    deliveries: 5,
    malformed_commands: 0,
    operator_actions: 0,
    resend_plans: 0,
    resend_plan_items: 0,
    idempotency_keys: 0,
  });
});

it('a full page that cannot be deleted hides none of the others', async () => {
  await test.client.query(
    `insert into malformed_commands (malformed_id, stream, incarnation, entry_id, raw_bytes, code, reason, created_at)
    select gen_random_uuid(), 's', 1, n::text, 0, 'malformed_json', case when n <= 1001 then '${POISON}' else 'r' end,
      now() - interval '10 days' + n * interval '1 second' from generate_series(1, 1006) n`,
  );
  const running = job();
  await pass(running);
  expect(await count('malformed_commands')).toBe(1001);
});
