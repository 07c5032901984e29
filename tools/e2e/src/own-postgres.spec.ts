import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { ensureDatabase, queryOnce } from '@mail/local/ensure-database';
import { startPostgres, type Postgres } from '@mail/local/postgres/start-postgres';
import { cureOf, openDatabase, type DatabaseOptions } from '@mail/persistence';
import { SINK_CERTIFICATE, SINK_PRIVATE_KEY } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailProcess } from './mail-process.js';
import { ownServers, type OwnServers } from './own-servers.js';

let own: OwnServers;
let server: Postgres;
const file = (name: string, content: string): string => {
  const path = join(own.folder, name);
  writeFileSync(path, content);
  const { runAs } = own.state;
  if (runAs) chownSync(path, runAs.uid, runAs.gid);
  chmodSync(path, 0o600);
  return path;
};
const start = (settings: Record<string, string>): Promise<Postgres> =>
  startPostgres(own.folder, own.logFile, own.state, own.processes, settings);

beforeAll(async () => {
  own = await ownServers();
  const [certificate, key] = [file('server.crt', SINK_CERTIFICATE), file('server.key', SINK_PRIVATE_KEY)];
  file('other.crt', rootCertificates[0] ?? '');
  server = await start({ ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key, ssl_ca_file: certificate });
}, 300_000);
afterAll(() => own.end());

const options = (primaryDsn: string, more: Partial<DatabaseOptions> = {}): DatabaseOptions => ({
  ...{ name: 'mail spec', primaryDsn, replicaDsns: [], operationTimeoutMs: 20_000, lockTimeoutMs: 1000 },
  ...{ maxOpenConns: 1, maxIdleConns: 1, connMaxLifetimeMs: 600_000, onPoolError: () => undefined },
  ...more,
});

/** Connects, and answers how: `plaintext`, `TLS`, or why not, with the cure. */
async function connected(host: string, parameters: string): Promise<string> {
  const url = new URL(server.dsn);
  url.hostname = host;
  url.search = parameters.replaceAll('FOLDER', own.folder);
  try {
    const database = await openDatabase(options(url.href));
    const text = 'select ssl, client_dn from pg_stat_ssl where pid = pg_backend_pid()';
    const { rows } = await database.query<{ ssl: boolean; client_dn: string | null }>({ name: '', text, values: [] });
    await database.close();
    const [{ ssl, client_dn: client } = { ssl: false, client_dn: null }] = rows;
    return `${ssl ? 'TLS' : 'plaintext'}${client === null ? '' : ` as ${client}`}`;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}; ${cureOf(error)}`;
  }
}

describe('sslmode means what it means to libpq, with a certificate for localhost of an authority of its own', { timeout: 90_000 }, () => {
  it.each<[host: string, parameters: string, outcome: RegExp]>([
    ['127.0.0.1', '', /^plaintext$/],
    ['127.0.0.1', 'sslmode=disable', /^plaintext$/],
    ['127.0.0.1', 'sslmode=require', /^TLS$/],
    ['127.0.0.1', 'sslmode=require&sslrootcert=FOLDER/server.crt', /^TLS$/],
    [
      '127.0.0.1',
      `sslmode=require&sslrootcert=FOLDER/other.crt`,
      /self.signed certificate.*; name the authority of its certificate as sslrootcert$/,
    ],
    ['127.0.0.1', 'sslmode=verify-ca&sslrootcert=FOLDER/server.crt', /^TLS$/],
    ['127.0.0.1', 'sslmode=verify-ca&sslrootcert=FOLDER/other.crt', /self.signed certificate/],
    [
      '127.0.0.1',
      'sslmode=verify-full&sslrootcert=FOLDER/server.crt',
      /does not match certificate.*; name the host as its certificate does, or say sslmode=verify-ca$/,
    ],
    ['localhost', 'sslmode=verify-full&sslrootcert=FOLDER/server.crt', /^TLS$/],
    ['localhost', 'sslmode=verify-full', /self.signed certificate.*; name the authority/],
    ['localhost', 'sslmode=verify-full&sslrootcert=FOLDER/server.crt&sslnegotiation=direct', /^TLS$/],
    ['localhost', 'sslmode=require&sslcert=FOLDER/server.crt&sslkey=FOLDER/server.key', /^TLS as .*CN=localhost/],
  ])('%s, %s: %s', async (host, parameters, outcome) => {
    expect(await connected(host, parameters)).toMatch(outcome);
  });
});

describe('a server that may lose what it has committed', { timeout: 180_000 }, () => {
  it.each([
    ['fsync off', { fsync: 'off' }, /^fsync is off: a crash/, true],
    ['full_page_writes off', { full_page_writes: 'off' }, /^full_page_writes is off: a crash/, false],
    ['both off', { fsync: 'off', full_page_writes: 'off' }, /^fsync and full_page_writes are off/, true],
  ])('%s, is refused in production, and elsewhere warned of or refused', async (_case, settings, said, onlyWarned) => {
    await server.process.stop();
    server = await start(settings);
    const warnings: string[] = [];
    const open = (production: boolean): Promise<string> =>
      openDatabase(options(server.dsn, { production, onWarning: (warning) => warnings.push(warning) })).then(
        async (database) => (await database.close(), 'opened'),
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
    expect(await open(true)).toMatch(said);
    expect(warnings).toEqual([]);
    const outcome = await open(false);
    expect(outcome).toMatch(onlyWarned ? /^opened$/ : said);
    expect(warnings).toEqual(onlyWarned ? [expect.stringMatching(/^NOT DURABLE: .*refused when NODE_ENV=production$/)] : []);
  });

  it('is named by a process, with the variable and the cure, in exit code 69 or in a warning', async () => {
    await server.process.stop();
    server = await start({ fsync: 'off' });
    const dsn = await ensureDatabase(server.dsn, 'mail');
    await queryOnce(dsn, 'select 1');
    const env = { MAIL_POSTGRES_PRIMARY_DSN: dsn, MAIL_REDIS_MASTER_ADDR: '127.0.0.1:1', MAIL_REDIS_PASSWORD: '' };
    const refused = mailProcess('scheduler', { ...env, NODE_ENV: 'production' });
    expect(await refused.exited).toBe(69);
    expect(refused.output()).toMatch(
      /PostgreSQL \(MAIL_POSTGRES_PRIMARY_DSN, .*\) cannot be used: fsync is off: .*; set fsync = on in postgresql\.conf/,
    );
    // Without a schema it starts no further than this.
    const warned = mailProcess('scheduler', { ...env, NODE_ENV: 'test' });
    expect(await warned.exited).toBe(69);
    expect(warned.log).toContainEqual(
      expect.objectContaining({ event: 'server_warning', level: 'warn', msg: expect.stringContaining('NOT DURABLE') as string }),
    );
    expect(warned.output()).toContain('npm run migrate');
  });
});
