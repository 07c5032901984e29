import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { databaseDsn, ensureDatabase } from '@mail/local/ensure-database';
import { keepProcesses, type KeptProcesses } from '@mail/local/kept-processes';
import { startPostgres } from '@mail/local/postgres/start-postgres';
import { projectRoot } from '@mail/local/project-root';
import { runQuietly } from '@mail/local/run-quietly';
import { chooseStateFolder } from '@mail/local/state-folder';
import { Trouble } from '@mail/local/trouble';
import { eventually, startSmtpSink, type SmtpSink } from '@mail/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { APPS } from './mail-process.js';
import { startMailSystem, type MailSystem } from './mail-system.js';

// A PostgreSQL of its own that logs every statement with its parameters, and keeps every dead row; the five processes with MAIL_SECRETS_KEY;
// codes through both channels, to every end that a delivery can come to. Then everything that the server wrote is searched.
const SERVER = {
  log_min_duration_statement: '0',
  log_statement: 'all',
  log_parameter_max_length: '-1',
  log_parameter_max_length_on_error: '-1',
  log_error_verbosity: 'verbose',
  autovacuum: 'off',
  wal_compression: 'off',
};
const CODES = {
  sent: 'Kx4815-Qz',
  streamed: 'Kx1623-Qz',
  ofShop: 'Kx4242-Qz',
  retried: 'Kx1111-Qz',
  repeated: 'Kx3141-Qz',
  superseded: 'Kx2718-Qz',
  newer: 'Kx1414-Qz',
  cancelled: 'Kx1732-Qz',
  expired: 'Kx2236-Qz',
  conflicting: 'Kx2645-Qz',
  refused: 'Kx3162-Qz',
  malformed: 'Kx3316-Qz',
  unparseable: 'Kx3464-Qz',
  unknown: 'Kx3605-Qz',
  rendered: 'Kx3741-Qz',
};
/** In plain sight in every place that is searched: it shows that the search finds. */
const ADDRESS = 'ada@plain.example';

const folder = join(chooseStateFolder(projectRoot).path, `sealed-${randomBytes(4).toString('hex')}`);
const log = join(folder, 'postgresql.log');
let processes: KeptProcesses;
let sink: SmtpSink;
let system: MailSystem;
let client: pg.Client;

beforeAll(async () => {
  const state = chooseStateFolder(projectRoot);
  mkdirSync(folder);
  chmodSync(folder, 0o711);
  processes = await keepProcesses(folder, () => new Trouble('another of this name runs', 'it cannot be'));
  const server = await startPostgres(folder, log, state, processes, SERVER);
  const dsn = await ensureDatabase(server.dsn, 'mail');
  const migrated = await runQuietly(process.execPath, ['libs/persistence/dist/migrate.js'], {
    cwd: projectRoot,
    withinMs: 60_000,
    env: { MAIL_POSTGRES_PRIMARY_DSN: dsn },
  });
  expect(migrated).toMatchObject({ code: 0 });
  client = new pg.Client({ connectionString: databaseDsn(server.dsn, 'mail') });
  await client.connect();
  const known = new Set<string>();
  sink = await startSmtpSink({
    rcpt(recipient) {
      const again = known.has(recipient);
      known.add(recipient);
      return recipient.startsWith('later-') && !again ? `450 4.2.1 busy` : null;
    },
    // As filters do: what was found suspicious is repeated, once as it is and once in the base64 of a part.
    final({ raw, recipients }) {
      if (!recipients.some((recipient) => recipient.startsWith('filtered-'))) return null;
      const line =
        raw
          .toString()
          .split('\r\n')
          .find((each) => each.includes(CODES.repeated)) ?? '';
      return `554 5.7.1 rejected, contains: ${line.trim()} / ${Buffer.from(`x ${line.trim()}`).toString('base64')}`;
    },
  });
  system = await startMailSystem(APPS, {
    sink,
    env: {
      MAIL_POSTGRES_PRIMARY_DSN: dsn,
      MAIL_RETRY_SCHEDULE: '500ms,500ms',
      MAIL_SECRETS_KEY: randomBytes(32).toString('base64'),
    },
  });
  await use();
  for (const running of system.processes.values()) running.kill('SIGTERM');
  await Promise.all([...system.processes.values()].map(({ exited }) => exited));
  // What is in memory goes to the files.
  await client.query('checkpoint');
}, 300_000);
afterAll(async () => {
  await client.end();
  await system.stop();
  await sink.close();
  await processes.stopAll();
  rmSync(folder, { recursive: true });
});

const content = (code: string, more: object = {}) => ({
  mode: 'template',
  template_id: 'auth.login_code',
  locale: 'en',
  variables: { code, ...more },
});
const counted = (sql: string, wanted: number) =>
  eventually(`${wanted} are counted: ${sql}`, async () => {
    const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${sql}`);
    return rows[0]?.n === wanted;
  });
const answers: Record<string, number> = {};

async function use(): Promise<void> {
  const post = async (key: keyof typeof CODES, path: string, body: object, as: string = key): Promise<string> => {
    const answer = await system.post(path, as, body);
    answers[key] = answer.status;
    return String(answer.body['delivery_id']);
  };
  const code = (key: keyof typeof CODES, to: string, as: string = key) =>
    post(key, 'login-code-deliveries', { email: to, code: CODES[key], locale: 'en' }, as);
  const command = (key: keyof typeof CODES, more: object) =>
    post(key, 'deliveries', { source: 'shop', to: [ADDRESS], content: content(CODES[key]), ...more });

  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  await code('sent', ADDRESS);
  await system.add('auth', 'streamed', { to: [ADDRESS], content: content(CODES.streamed) });
  await command('ofShop', {});
  await code('retried', 'later-bob@plain.example');
  await code('repeated', 'filtered-eve@plain.example');
  await command('superseded', { deliver_at: tomorrow, supersede_key: 'newer' });
  await command('newer', { supersede_key: 'newer' });
  const cancelled = await command('cancelled', { deliver_at: tomorrow });
  await fetch(`${system.url}/api/v1/internal/deliveries/${cancelled}/cancel`, { method: 'POST', headers: { 'x-operator': 'ada' } });
  await command('expired', { expires_at: '2026-01-02T03:04:05Z' });
  await counted(`deliveries where status = 'sent'`, 5);
  await counted(`deliveries where status = 'failed'`, 1);
  // The key of a delivery that has ended, with its own code and with another.
  await code('sent', ADDRESS);
  await code('conflicting', ADDRESS, 'sent');
  // Refused at both doors.
  await post('refused', 'deliveries', { source: 'shop', to: [ADDRESS], content: content(CODES.refused, { more: 1 }) });
  await post('rendered', 'deliveries', {
    source: 'auth',
    to: [ADDRESS],
    content: { mode: 'rendered', subject: 's', text: CODES.rendered },
  });
  await system.add('shop', 'malformed', { to: [ADDRESS], content: content(CODES.malformed, { more: 1 }) });
  await system.add('shop', 'unparseable', `{"to":["${ADDRESS}"],"content":${JSON.stringify(content(CODES.unparseable))},,}`);
  await system.add('shop', 'unknown', { to: [ADDRESS], content: { ...content(CODES.unknown), template_id: 'auth.new_code' } });
  await system.add('auth', 'rendered', { to: [ADDRESS], content: { mode: 'rendered', subject: 's', text: CODES.rendered } });
  await counted('malformed_commands', 4);
  await counted(`deliveries where status = 'queued'`, 0);
}

/** All files of the cluster: tables with their dead rows, indexes, WAL. */
function clusterFiles(): { path: string; bytes: Buffer }[] {
  const data = readdirSync(folder).filter((name) => /^postgresql-\d+$/.test(name));
  return data.flatMap((name) =>
    readdirSync(join(folder, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => ({ path: join(entry.parentPath, entry.name), bytes: readFileSync(join(entry.parentPath, entry.name)) })),
  );
}

/** As it is, in base64, and as PostgreSQL writes `bytea`. */
const formsOf = (text: string): Buffer[] =>
  [text, Buffer.from(text).toString('base64').replace(/=+$/, ''), Buffer.from(text).toString('hex')].map((form) => Buffer.from(form));
const found = (text: string, files: readonly { path: string; bytes: Buffer }[]): string[] =>
  files.filter(({ bytes }) => formsOf(text).some((form) => bytes.includes(form))).map(({ path }) => path);

it('codes were sent, and all else came about', () => {
  expect(sink.messages.some(({ raw }) => raw.includes(CODES.sent))).toBe(true);
  expect(sink.messages.some(({ raw }) => raw.includes(CODES.streamed))).toBe(true);
  expect(answers).toMatchObject({ sent: 202, retried: 202, expired: 202, conflicting: 422, refused: 400, rendered: 400 });
});

it('what is not secret is found in tables, in the WAL and in the log', () => {
  const files = clusterFiles();
  expect(found(ADDRESS, files).some((path) => path.includes('/base/'))).toBe(true);
  expect(found(ADDRESS, files).some((path) => path.includes('/pg_wal/'))).toBe(true);
  expect(readFileSync(log).includes(ADDRESS)).toBe(true);
});

it.each(Object.entries(CODES))('with MAIL_SECRETS_KEY a code is in no table, no WAL and no log of the server: %s', (_, code) => {
  expect(found(code, [...clusterFiles(), { path: log, bytes: readFileSync(log) }])).toEqual([]);
});
