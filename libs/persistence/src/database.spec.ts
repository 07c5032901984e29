import { eventually } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { isDatabaseUnavailable, isRetryable } from './classify-database-error.js';
import { openDatabase, type Database, type DatabaseOptions } from './database.js';
import type { Runner } from './statement.js';
import { losingWhatIsReady } from '../testing/losing-what-is-ready.js';

let spec: SpecDatabase;
let opened: Database[] = [];
beforeAll(async () => {
  spec = await specDatabase();
  await spec.rows('create table counters (id int primary key, count int not null)');
  await spec.rows('insert into counters values (1, 0), (2, 0)');
});
afterAll(async () => {
  await Promise.all(opened.map((database) => database.close()));
  opened = [];
  await spec.drop();
});

const open = async (more: Partial<DatabaseOptions> = {}): Promise<Database> => {
  const database = await openDatabase({
    name: 'mail bounded',
    primaryDsn: spec.dsn,
    replicaDsns: [],
    operationTimeoutMs: 20_000,
    lockTimeoutMs: 10_000,
    maxOpenConns: 4,
    maxIdleConns: 4,
    connMaxLifetimeMs: 600_000,
    onPoolError: () => undefined,
    ...more,
  });
  opened.push(database);
  return database;
};
const query = (runner: Runner, text: string) => runner.query<Record<string, unknown>>({ name: '', text, values: [] });
const count = (runner: Runner, id: number) => query(runner, `update counters set count = count + 1 where id = ${id}`);
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('a transaction', () => {
  it('is done again after a deadlock, from its beginning', async () => {
    let locked = 0;
    let both: () => void;
    const bothHaveOne = new Promise<void>((resolve) => (both = resolve));
    const crossing = (first: number, second: number) =>
      spec.database.transaction(async (transaction) => {
        await count(transaction, first);
        locked += 1;
        if (locked === 2) both();
        await bothHaveOne;
        await count(transaction, second);
      });
    await Promise.all([crossing(1, 2), crossing(2, 1)]);
    expect(locked).toBe(3);
    expect(await spec.rows('select id, count from counters order by id')).toEqual([
      { id: 1, count: 2 },
      { id: 2, count: 2 },
    ]);
  });

  it('leaves nothing behind when it fails, not even on its connection', async () => {
    const database = await open({ maxOpenConns: 1 });
    const before = await spec.row('select sum(count) from counters');
    const failing = database.transaction(async (transaction) => {
      await count(transaction, 1);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect((await query(database, 'select sum(count) from counters')).rows).toEqual([before]);
  });
});

describe('a transaction whose process has fallen silent', () => {
  it('is ended by the server, so that what it has locked is free for others', async () => {
    const database = await open({ operationTimeoutMs: 2000 });
    const locked = Promise.withResolvers<void>();
    const woken = Promise.withResolvers<void>();
    const silent = failure(
      database.transaction(async (transaction) => {
        await count(transaction, 1);
        locked.resolve();
        await woken.promise;
      }),
    );
    await locked.promise;
    const before = await spec.row('select count from counters where id = 1');
    await count(spec.database, 1);
    woken.resolve();
    expect(isDatabaseUnavailable(await silent)).toBe(true);
    expect(await spec.row('select count - 1 as count from counters where id = 1')).toEqual(before);
  });
});

describe('a statement', () => {
  it('of its own is done again after a deadlock, since it did nothing', async () => {
    const { rows } = spec;
    const before = await rows('select id, count + 2 as count from counters order by id');
    await rows(`set deadlock_timeout = '60s'`);
    await rows('begin');
    await rows('update counters set count = count + 1 where id = 1');
    const crossing = query(
      spec.database,
      `with second as (update counters set count = count + 1 where id = 2 returning 1)
      update counters set count = count + 1 where id = 1 and exists (select from second)`,
    );
    await eventually(
      'it waits',
      async () =>
        (await rows(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length === 1,
    );
    await rows('update counters set count = count + 1 where id = 2');
    await rows('commit');
    await crossing;
    expect(await rows('select id, count from counters order by id')).toEqual(before);
  });

  it('ends by its time-out', async () => {
    const database = await open({ operationTimeoutMs: 2000 });
    const error = await failure(query(database, 'select pg_sleep(30)'));
    expect(error).toMatchObject({ code: '57014' });
    expect(isDatabaseUnavailable(error)).toBe(true);
  });

  it('runs under the name of its process', async () => {
    const database = await open({ name: 'mail named' });
    expect((await query(database, `select current_setting('application_name') as name`)).rows).toEqual([{ name: 'mail named' }]);
  });
});

it('a connection that the server ends costs one statement; the next one has another', async () => {
  const database = await open({ maxOpenConns: 1, name: 'mail ended' });
  const [{ pid } = { pid: 0 }] = (await query(database, 'select pg_backend_pid() as pid')).rows;
  const sleeping = failure(query(database, 'select pg_sleep(30)'));
  await eventually(
    'the statement runs',
    async () =>
      (await spec.rows(`select 1 from pg_stat_activity where pid = $1 and query like '%sleep%' and state = 'active'`, [pid])).length === 1,
  );
  await spec.rows('select pg_terminate_backend($1)', [pid]);
  expect(isDatabaseUnavailable(await sleeping)).toBe(true);
  expect((await query(database, 'select 1 as one')).rows).toEqual([{ one: 1 }]);
});

it('a connection that is lost in the same breath in which it is made costs one statement', async () => {
  const name = 'mail breathless';
  const lost = await losingWhatIsReady(spec.dsn, () =>
    spec.rows('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [name]),
  );
  const database = await open({ name, maxOpenConns: 1, primaryDsn: lost.dsn });
  lost.next();
  await spec.rows('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [name]);
  const errors = [await failure(query(database, 'select 1')), await failure(query(database, 'select 2'))];
  expect(lost.count).toBe(1);
  expect(errors.some((error) => error !== null && isDatabaseUnavailable(error))).toBe(true);
  expect((await query(database, 'select 1 as one')).rows).toEqual([{ one: 1 }]);
  await lost.close();
});

it('connections past those that may idle are closed when released', async () => {
  const database = await open({ name: 'mail idle', maxOpenConns: 4, maxIdleConns: 1 });
  await Promise.all([1, 2, 3, 4].map(() => query(database, 'select pg_sleep(0.05)')));
  await eventually(
    'the rest are closed',
    async () => (await spec.rows(`select 1 from pg_stat_activity where application_name = 'mail idle'`)).length === 1,
  );
});

describe('an error says whether to try again', () => {
  const coded = (code: string) => Object.assign(new Error('failed'), { code });
  test.each<[string, unknown, boolean]>([
    ['a connection refused', coded('ECONNREFUSED'), true],
    ['a connection reset', coded('ECONNRESET'), true],
    ['a name that does not resolve', coded('EAI_AGAIN'), true],
    ['connection failure', coded('08006'), true],
    ['disk full', coded('53100'), true],
    ['too many connections', coded('53300'), true],
    ['shutting down', coded('57P01'), true],
    ['cancelled by the time-out', coded('57014'), true],
    ['a column that an older schema lacks', coded('42703'), true],
    ['a right that was not granted', coded('42501'), true],
    ['a primary that became a standby', coded('25006'), true],
    ['a transaction that was silent for too long', coded('25P03'), true],
    ['a broken file', coded('XX001'), true],
    ['the same, wrapped', { driverError: { code: '57P01' } }, true],
    ['a driver that lost its connection', new Error('Connection terminated unexpectedly'), true],
    ['a driver that waits no longer', new Error('timeout exceeded when trying to connect'), true],
    ['a unique key taken', coded('23505'), false],
    ['a check', coded('23514'), false],
    ['a syntax error', coded('42601'), false],
    ['a text that names a time-out, with another code', Object.assign(new Error('timeout'), { code: '22P02' }), false],
    ['a bug', new TypeError('undefined is not a function'), false],
    ['nothing', null, false],
  ])('%s: unavailable %s', (_, error, unavailable) => {
    expect(isDatabaseUnavailable(error)).toBe(unavailable);
  });

  test.each([
    ['40P01', true],
    ['40001', true],
    ['23505', false],
    ['57014', false],
  ])('%s: at once %s', (code, retryable) => {
    expect(isRetryable(coded(code))).toBe(retryable);
  });
});

it('a database that cannot be reached is an error within the bound', async () => {
  const error = await failure(open({ primaryDsn: 'postgres://nobody@127.0.0.1:1/none', operationTimeoutMs: 500 }));
  expect(isDatabaseUnavailable(error)).toBe(true);
});

describe('a failpoint', () => {
  it('is passed before and after each statement by its name, and around the commit', async () => {
    const passed: string[] = [];
    const database = await open({ failAt: (point) => Promise.resolve(void passed.push(point)) });
    const select = (runner: Runner, name: string) => runner.query({ name, text: 'select 1 as one', values: [] });
    await select(database, 'alone');
    await database.transaction((transaction) => select(transaction, 'inside'));
    const around = (name: string): string[] => [`${name}.before`, `${name}.after`];
    expect(passed).toEqual(['alone', 'inside', 'commit'].flatMap(around));
  });

  it.each([
    ['before', 'nothing has happened', 0],
    ['after', 'it has, and the caller cannot know', 1],
  ])('that fails %s a commit: %s', async (side, _meaning, added) => {
    const failAt = (point: string) => (point === `commit.${side}` ? Promise.reject(new Error('Connection terminated')) : Promise.resolve());
    const database = await open({ failAt });
    const before = (await spec.rows<{ count: number }>('select count from counters where id = 2'))[0]?.count ?? 0;
    const error = await failure(database.transaction((transaction) => count(transaction, 2)));
    expect(isDatabaseUnavailable(error)).toBe(true);
    expect(await spec.rows('select count from counters where id = 2')).toEqual([{ count: before + added }]);
  });
});
