import { leanSink } from '@mail/bench/world/lean-sink';
import type { LeanSink, SinkTally } from '@mail/bench/world/lean-sink';
import { eventually } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countingProxy, type CountingProxy, type Spoken } from './counting-proxy.js';
import { APPS } from './mail-process.js';
import { startMailSystem, type MailSystem } from './mail-system.js';
import { PATIENT } from './patient.js';

// Counts, which a busy machine changes little, where seconds would tell of the machine. Each bound is about twice what was counted, and
// nearly what was counted where that does not depend on how much comes together: what exceeds it has lost a batch, or a round trip, somewhere.

const WARM_UP = 300;
const MAILS = 2000;
const WITHIN_MS = 120_000;

let system: MailSystem;
let proxy: CountingProxy;
let sink: LeanSink;
let spoken: Spoken;
let tally: SinkTally;
/** Bytes that the connections of the processes wrote to the log; of a server that tells it, which is 18 or later. */
let walBytes: number | null;

async function add(from: number, count: number): Promise<void> {
  const { redis, stream } = system.stream;
  const pipeline = redis.pipeline();
  for (let number = from; number < from + count; number += 1) {
    const content = {
      mode: 'template',
      template_id: 'notification.generic',
      locale: 'en',
      variables: { title: `Mail ${number}`, body: 'It has come.' },
    };
    const command = JSON.stringify({ to: [`m${number}@example.com`], content });
    pipeline.xadd(stream, '*', 'source', 'shop', 'idempotency_key', `k${number}`, 'command', command);
  }
  await pipeline.exec();
}

async function settled(count: number): Promise<void> {
  await sink.await(count, WITHIN_MS);
  const { client } = system.database;
  await eventually(
    'every mail is recorded as sent',
    async () => (await client.query<{ n: number }>(`select count(*)::int as n from deliveries where status = 'queued'`)).rows[0]?.n === 0,
    WITHIN_MS,
  );
}

async function writtenToLog(): Promise<number | null> {
  const { client } = system.database;
  const { rows: version } = await client.query<{ server_version_num: string }>('show server_version_num');
  if (Number(version[0]?.server_version_num) < 180_000) return null;
  const { rows } = await client.query<{ bytes: string }>(
    `select coalesce(sum(wal_bytes), 0) as bytes from pg_stat_activity, pg_stat_get_backend_wal(pid)
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
  );
  return Number(rows[0]?.bytes);
}

beforeAll(async () => {
  sink = await leanSink();
  system = await startMailSystem([]);
  const dsn = new URL(system.database.dsn);
  proxy = await countingProxy(dsn.hostname, Number(dsn.port === '' ? 5432 : dsn.port));
  dsn.host = `127.0.0.1:${proxy.port}`;
  const env = {
    ...PATIENT,
    MAIL_POSTGRES_PRIMARY_DSN: dsn.href,
    // A connection that is closed takes what it wrote along.
    MAIL_POSTGRES_MAX_IDLE_CONNS: '4',
    MAIL_SMTP_MODE: 'smtp',
    MAIL_SMTP_ADDR: `127.0.0.1:${sink.port}`,
    MAIL_SMTP_FROM_EMAIL: 'mail@galaxy.example',
    MAIL_SMTP_INSECURE_SKIP_VERIFY: 'true',
  };
  await Promise.all(APPS.map((app) => system.start(app, env)));
  await add(MAILS, WARM_UP);
  await settled(WARM_UP);
  sink.reset();
  proxy.reset();
  const before = await writtenToLog();
  await add(0, MAILS);
  await settled(MAILS);
  spoken = { ...proxy.spoken };
  tally = sink.tally();
  const after = await writtenToLog();
  walBytes = before === null || after === null ? null : after - before;
}, 300_000);

afterAll(async () => {
  await system?.stop();
  await proxy?.close();
  sink?.close();
});

describe('a mail through the five processes, under load', () => {
  it('comes once', () => {
    expect(tally).toMatchObject({ mails: MAILS, distinct: MAILS });
  });

  it.each([
    ['statements', () => spoken.statements, 0.4],
    ['round trips to PostgreSQL', () => spoken.roundTrips, 0.4],
    ['bytes to PostgreSQL', () => spoken.bytes, 1800],
    ['round trips to the SMTP server', () => tally.turns, 2.1],
    ['bytes to the SMTP server', () => tally.bytes, 12_500],
    ['bytes of the write-ahead log', () => walBytes ?? 0, 9000],
  ])('costs few %s', (what, counted, bound) => {
    const each = counted() / MAILS;
    console.info(`${what} a mail: ${each.toFixed(3)}`);
    expect(each).toBeLessThanOrEqual(bound);
  });
});
