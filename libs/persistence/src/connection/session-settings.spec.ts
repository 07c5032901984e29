import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { specDatabase, type SpecDatabase } from '../../testing/spec-database.js';
import { openDatabase, type Database, type DatabaseOptions } from '../database.js';
import { openEntityDatabase } from '../entities/open-entity-database.js';
import { openClient, serverOf } from '../pools.js';

// Each as somebody might set it for a role or a database, with the best of reasons; and what the service works with.
const FOREIGN: Readonly<Record<string, readonly [foreign: string, ours: string]>> = {
  DateStyle: ['German', 'ISO, MDY'],
  IntervalStyle: ['sql_standard', 'postgres'],
  TimeZone: ['Asia/Kolkata', 'UTC'],
  client_encoding: ['LATIN1', 'UTF8'],
  bytea_output: ['escape', 'hex'],
  extra_float_digits: ['-15', '1'],
  lc_numeric: ['C.UTF-8', 'C'],
  standard_conforming_strings: ['off', 'on'],
  // Even with functions of the same names as those that set it.
  search_path: ['elsewhere, pg_catalog', '"$user", public'],
  synchronous_commit: ['off', 'on'],
  default_transaction_isolation: ['serializable', 'read committed'],
  default_transaction_read_only: ['on', 'off'],
  default_transaction_deferrable: ['on', 'off'],
  statement_timeout: ['50ms', '20s'],
  idle_in_transaction_session_timeout: ['0', '20s'],
  lock_timeout: ['1ms', '1s'],
  idle_session_timeout: ['5s', '0'],
  transaction_timeout: ['5s', '0'],
  row_security: ['off', 'on'],
  check_function_bodies: ['off', 'on'],
  array_nulls: ['off', 'on'],
  transform_null_equals: ['on', 'off'],
  synchronize_seqscans: ['off', 'on'],
  xmlbinary: ['hex', 'base64'],
  timezone_abbreviations: ['India', 'Default'],
  exit_on_error: ['on', 'off'],
  jit: ['on', 'off'],
  plan_cache_mode: ['force_custom_plan', 'force_generic_plan'],
  enable_seqscan: ['on', 'off'],
  enable_indexscan: ['off', 'on'],
  enable_nestloop: ['off', 'on'],
  enable_sort: ['off', 'on'],
  random_page_cost: ['1000', '4'],
  work_mem: ['64kB', '4MB'],
  log_parameter_max_length_on_error: ['-1', '0'],
};
const names = Object.keys(FOREIGN);
const READ = `select name, pg_catalog.current_setting(name, true) as value from unnest($1::text[]) as wanted(name)`;
const ours = names.map((name) => ({ name, value: FOREIGN[name]?.[1] }));

let spec: SpecDatabase;
let dsn: string;
const opened: Database[] = [];
beforeAll(async () => {
  spec = await specDatabase();
  const { current_database: database } = await spec.row<{ current_database: string }>('select current_database()');
  const role = `${database}_role`;
  await spec.rows(`create role ${role} superuser login password 'x'`);
  await spec.rows(`create schema elsewhere;
    create function elsewhere.current_setting(text, boolean) returns text language sql return null;
    create function elsewhere.set_config(text, text, boolean) returns text language sql return $2`);
  for (const [index, name] of names.entries()) {
    const whose = index % 2 === 0 ? `database ${database}` : `role ${role}`;
    const value = name === 'search_path' ? FOREIGN[name]?.[0] : `'${FOREIGN[name]?.[0]}'`;
    await spec.rows(`alter ${whose} set ${name} = ${value}`);
  }
  const url = new URL(spec.dsn);
  [url.username, url.password] = [role, 'x'];
  dsn = url.href;
});
afterAll(async () => {
  await Promise.all(opened.map((one) => one.close()));
  await spec.rows(`drop role ${new URL(dsn).username}`);
  await spec.drop();
});

const options = (): DatabaseOptions => ({
  name: 'mail spec',
  primaryDsn: dsn,
  replicaDsns: [dsn],
  operationTimeoutMs: 20_000,
  lockTimeoutMs: 1000,
  maxOpenConns: 3,
  maxIdleConns: 3,
  connMaxLifetimeMs: 600_000,
  onPoolError: () => undefined,
});
const remember = <Opened extends Database>(database: Opened): Opened => {
  opened.push(database);
  return database;
};
const config = { name: '', text: READ, values: [names] };

describe('whatever role and database are set to', () => {
  it('a session without the service has it', async () => {
    const { client } = serverOf({ name: 'mail spec', operationTimeoutMs: 20_000, lockTimeoutMs: 1000 }, dsn);
    const foreign = await openClient({ client, setUp: () => Promise.resolve([]) });
    const { rows } = await foreign.query<{ name: string; value: string }>(READ, [names]);
    await foreign.end();
    const differs = rows.filter(({ name, value }) => value !== FOREIGN[name]?.[1]).map(({ name }) => name);
    // The driver asks for UTF8 by itself.
    expect(differs).toEqual(names.filter((name) => name !== 'client_encoding'));
  });

  it('each connection of the pool has the settings of the service', async () => {
    const database = remember(await openDatabase(options()));
    const three = await Promise.all([1, 2, 3].map(() => database.query(config)));
    for (const { rows } of three) expect(rows).toEqual(ours);
  });

  it('so has each that takes the place of a lost one', async () => {
    const database = remember(await openDatabase({ ...options(), maxOpenConns: 1 }));
    await spec.rows(`select pg_terminate_backend(pid) from pg_stat_activity where usename = $1`, [new URL(dsn).username]);
    await database.query(config).catch(() => undefined);
    expect((await database.query(config)).rows).toEqual(ours);
  });

  it('so has each of the entities, and of a replica, whose statements are bounded by the time of the read alone', async () => {
    const database = remember(await openEntityDatabase(options()));
    expect(await database.dataSource.query(READ, [names])).toEqual(ours);
    const { rows } = await database.read(20_000, (reader) => reader.query(config));
    const read = ours.map((one) => (one.name === 'statement_timeout' ? { ...one, value: expect.stringMatching(/s$/) as string } : one));
    expect(rows).toEqual(read);
  });
});
