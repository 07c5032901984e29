import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyDatabase, type EmptyDatabase } from '../../testing/empty-database.js';
import { specDatabase, type SpecDatabase } from '../../testing/spec-database.js';
import { openDatabase } from '../database.js';
import { openEntityDatabase } from '../entities/open-entity-database.js';
import { openClient, serverOf } from '../pools.js';
import { checkServer, UnfitServerError, type CheckOptions } from './check-server.js';
import { cureOf } from './explain-database-error.js';

let spec: SpecDatabase;
let latin: EmptyDatabase;
beforeAll(async () => {
  spec = await specDatabase();
  latin = await emptyDatabase(`encoding 'LATIN1' locale 'C' locale_provider libc`);
});
afterAll(async () => {
  await spec.drop();
  await latin.drop();
});

const options = (primaryDsn: string, replicaDsns: readonly string[] = []) => ({
  ...{ name: 'mail spec', primaryDsn, replicaDsns, operationTimeoutMs: 20_000, lockTimeoutMs: 1000 },
  ...{ maxOpenConns: 2, maxIdleConns: 2, connMaxLifetimeMs: 600_000, onPoolError: () => undefined },
});
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('a server that cannot do the job is refused, with its cure', () => {
  it('a database whose encoding is not UTF8', async () => {
    const error = await failure(openDatabase(options(latin.dsn)));
    expect(error).toBeInstanceOf(UnfitServerError);
    expect(error).toMatchObject({ message: 'the encoding of its database is LATIN1, and mail is Unicode', replica: false });
    expect(cureOf(error)).toContain(`encoding 'UTF8'`);
  });

  it('a replica whose encoding is not UTF8', async () => {
    expect(await failure(openEntityDatabase(options(spec.dsn, [latin.dsn])))).toMatchObject({ replica: true });
  });

  it('a role for which foreign keys and triggers do nothing', async () => {
    const { name } = await spec.row<{ name: string }>('select current_database() as name');
    await spec.rows(`alter database ${name} set session_replication_role = replica`);
    const error = await failure(openDatabase(options(spec.dsn)));
    await spec.rows(`alter database ${name} reset session_replication_role`);
    expect(error).toMatchObject({ message: expect.stringContaining('session_replication_role is replica') as string });
  });

  it('a session that does not keep what it is set to', async () => {
    const server = serverOf({ name: 'mail spec', operationTimeoutMs: 20_000, lockTimeoutMs: 1000 }, spec.dsn);
    const client = await openClient(server);
    const forgetful = {
      client,
      connect: () => openClient(server),
      async setUp() {
        const set = await server.setUp(client);
        await client.query('reset datestyle; set datestyle = german');
        return set;
      },
    };
    const check: CheckOptions = { readsOnly: false, production: true, onWarning: () => undefined };
    const error = await failure(checkServer(forgetful, check));
    await client.end();
    expect(error).toMatchObject({ message: 'DateStyle is "German, DMY" in a session that had set it to "ISO, MDY"' });
  });
});

it('a server that can do the job is not warned of', async () => {
  const warnings: string[] = [];
  const database = await openDatabase({ ...options(spec.dsn), production: true, onWarning: (warning) => warnings.push(warning) });
  await database.close();
  expect(warnings).toEqual([]);
});
