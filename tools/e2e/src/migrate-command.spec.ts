import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { testDatabase, testServices, type TestDatabase } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './mail-process.js';

const PATIENT_MS = 90_000;

async function migrate(env: Readonly<Record<string, string>>): Promise<{ code: number; text: string }> {
  const child = spawn(process.execPath, [join(ROOT, 'libs', 'persistence', 'dist', 'migrate.js')], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, text };
}

describe(
  'a migration that the database refuses exits 69 with one sentence: the variable, the reason and the cure',
  { timeout: PATIENT_MS },
  () => {
    let database: TestDatabase;
    let role: string;
    /** The database, as the role or as its owner. */
    const dsn = (change: (url: URL) => void = () => undefined): Record<string, string> => {
      const url = new URL(database.dsn);
      change(url);
      return { MAIL_POSTGRES_PRIMARY_DSN: url.href };
    };
    const asRole = (url: URL): void => void ([url.username, url.password] = [role, 'x']);
    beforeAll(async () => {
      database = await testDatabase();
      role = `${database.client.database}_user`;
      await database.client.query(`create role ${role} login password 'x'`);
    });
    afterAll(async () => {
      await database.client.query(`drop owned by ${role}; drop role ${role}`);
      await database.drop();
    });
    const place = (as: string): string =>
      `PostgreSQL (MAIL_POSTGRES_PRIMARY_DSN, 127.0.0.1:${new URL(database.dsn).port}/${database.client.database} as ${as})`;

    it('a role that may not create tables', async () => {
      await database.client.query('drop schema public cascade; create schema public; grant usage on schema public to public');
      const { code, text } = await migrate(dsn(asRole));
      expect(text).toBe(
        `${place(role)} cannot be migrated: InitialSchema1764000000000 was not applied: permission denied for schema public; name the owner of the tables, or let the role create them (grant create, usage on schema public to ${role}), and migrate again.\n`,
      );
      expect(code).toBe(69);
    });

    it('a role that does not own the tables', async () => {
      await database.client.query(`drop schema public cascade; create schema public; grant usage, create on schema public to public`);
      expect((await migrate(dsn())).code).toBe(0);
      await database.client.query(
        `delete from migrations where id = (select max(id) from migrations); grant all on all tables in schema public to ${role}; grant all on all sequences in schema public to ${role}`,
      );
      const { code, text } = await migrate(dsn(asRole));
      expect(text).toMatch(/ was not applied: .*; name the owner of the tables, or let the role create them .*, and migrate again\.\n$/);
      expect(text.trim().split('\n')).toHaveLength(1);
      expect(code).toBe(69);
    });

    it('a database in which another application has the tables', async () => {
      await database.client.query('drop schema public cascade; create schema public; create table deliveries (id int)');
      const { code, text } = await migrate(dsn());
      expect(text).toMatch(/relation "deliveries" already exists; name a database of its own/);
      expect(code).toBe(69);
    });

    it('one that is not there', async () => {
      const { code, text } = await migrate(dsn((url) => (url.pathname = '/nowhere')));
      expect(text).toMatch(
        / cannot be migrated: database "nowhere" does not exist; create the database, or correct its name, and migrate again\.\n$/,
      );
      expect(code).toBe(69);
    });

    it('a server that nobody runs', async () => {
      const { code, text } = await migrate(dsn((url) => (url.port = '1')));
      expect(text).toMatch(/ECONNREFUSED 127\.0\.0\.1:1; see that the server runs/);
      expect(code).toBe(69);
    });

    it.each([
      ['none', {}, /MAIL_POSTGRES_PRIMARY_DSN is not set/],
      [
        'a misspelt sslmode',
        { MAIL_POSTGRES_PRIMARY_DSN: `${testServices().postgresDsn}?sslmode=ful` },
        /its sslmode is "ful", which is unknown/,
      ],
    ])('but a DSN that is not valid exits 78: %s', async (_fault, env, expected) => {
      const { code, text } = await migrate(env);
      expect(text).toMatch(expected);
      expect(code).toBe(78);
    });
  },
);

it('a role that may create migrates, whatever it is set to', { timeout: PATIENT_MS }, async () => {
  const database = await testDatabase();
  const role = `${database.client.database}_user`;
  try {
    await database.client.query(
      `drop schema public cascade; create schema public; create role ${role} login password 'x'; grant create, usage on schema public to ${role}`,
    );
    const foreign = [
      'search_path = nowhere',
      "statement_timeout = '100ms'",
      "datestyle = 'German'",
      'default_transaction_read_only = on',
      'check_function_bodies = off',
      "idle_session_timeout = '30s'",
    ];
    for (const setting of foreign) await database.client.query(`alter role ${role} set ${setting}`);
    const url = new URL(database.dsn);
    [url.username, url.password] = [role, 'x'];
    const { code, text } = await migrate({ MAIL_POSTGRES_PRIMARY_DSN: url.href });
    expect(text).toMatch(/The schema is up to date: \d+ migration/);
    expect(code).toBe(0);
  } finally {
    await database.client.query(`drop owned by ${role} cascade; drop role ${role}`);
    await database.drop();
  }
});
