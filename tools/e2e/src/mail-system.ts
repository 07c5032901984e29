import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase, testStream, type SmtpSink, type TestDatabase, type TestStream } from '@mail/testing';
import { APPS, mailProcess, type App, type MailProcess } from './mail-process.js';

export interface MailSystem {
  readonly database: TestDatabase;
  readonly stream: TestStream;
  /** Of the intake: `http://127.0.0.1:…`. */
  readonly url: string;
  readonly processes: ReadonlyMap<App, MailProcess>;
  /** What every process gets; for starting one more beside them. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts an app, in place of the one that was there or beside it, and waits until it says so; of another build, where one is named. */
  start(app: App, env?: Readonly<Record<string, string>>, root?: string): Promise<MailProcess>;
  /** POSTs to a path of the internal API. */
  post(path: string, idempotencyKey: string, body: unknown): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }>;
  get(path: string): Promise<{ status: number; body: Record<string, unknown> }>;
  /** XADDs a command, and returns the entry's id. */
  add(source: string, idempotencyKey: string, command: unknown): Promise<string>;
  stop(): Promise<void>;
}

/** The processes `apps` on a database, a stream and a port of their own, sending to `sink` if there is one, else in stub mode. */
export async function startMailSystem(
  apps: readonly App[] = APPS,
  { sink, env: more = {} }: { sink?: SmtpSink; env?: Readonly<Record<string, string>> } = {},
): Promise<MailSystem> {
  const database = await testDatabase();
  const stream = await testStream();
  const port = await freePort();
  const env: Record<string, string> = {
    MAIL_POSTGRES_PRIMARY_DSN: database.dsn,
    MAIL_REDIS_MASTER_ADDR: `${stream.host}:${stream.port}`,
    MAIL_REDIS_PASSWORD: stream.password,
    MAIL_REDIS_COMMAND_STREAM: stream.stream,
    MAIL_INTERNAL_HTTP_ADDR: `127.0.0.1:${port}`,
    MAIL_POSTGRES_MAX_OPEN_CONNS: '4',
    ...(sink === undefined
      ? {}
      : {
          MAIL_SMTP_MODE: 'smtp',
          MAIL_SMTP_ADDR: `${sink.host}:${sink.port}`,
          MAIL_SMTP_FROM_EMAIL: 'mail@galaxy.example',
          MAIL_SMTP_FROM_NAME: 'Galaxy',
          MAIL_SMTP_INSECURE_SKIP_VERIFY: 'true',
        }),
    ...more,
  };
  const url = `http://127.0.0.1:${port}`;
  const folder = await mkdtemp(join(tmpdir(), 'mail-e2e-'));
  const all: MailProcess[] = [];
  const processes = new Map<App, MailProcess>();
  const start = async (app: App, own: Readonly<Record<string, string>> = {}, root?: string): Promise<MailProcess> => {
    const started = mailProcess(app, { ...env, MAIL_HEARTBEAT_FILE: join(folder, `heartbeat-${all.length}`), ...own }, root);
    all.push(started);
    processes.set(app, started);
    await started.logged('started');
    return started;
  };
  const request = async (path: string, init: RequestInit) => {
    const response = await fetch(`${url}/api/v1/internal/${path}`, init);
    return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
  };
  const stop = async (): Promise<void> => {
    for (const running of all) running.kill('SIGKILL');
    await Promise.all(all.map(({ exited }) => exited));
    await Promise.all([database.drop(), stream.drop(), rm(folder, { recursive: true })]);
  };
  try {
    await Promise.all(apps.map((app) => start(app)));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    database,
    stream,
    url,
    processes,
    env,
    start,
    stop,
    get: (path) => request(path, {}),
    post: (path, idempotencyKey, body) =>
      request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    add: async (source, idempotencyKey, command) => {
      const text = typeof command === 'string' ? command : JSON.stringify(command);
      return (await stream.redis.xadd(stream.stream, '*', 'source', source, 'idempotency_key', idempotencyKey, 'command', text)) ?? '';
    },
  };
}

const PORTS = { from: 20_000, count: 12_000 };

/**
 * A port that nobody listens on. Not one that the system would give: until the intake listens on it, seconds later on a busy machine, any
 * connection of any other process could take it. Below 32768 none is given to connections.
 */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < 100; tried += 1) {
    const port = PORTS.from + randomInt(PORTS.count);
    if (await isFree(port)) return port;
  }
  throw new Error('no port is free');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
