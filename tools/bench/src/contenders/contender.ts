import { setTimeout as pause } from 'node:timers/promises';
import type { App } from '@mail/local/app-environment';
import { apps } from '@mail/local/app-environment';
import { queryOnce } from '@mail/local/ensure-database';
import type { KeptProcess } from '@mail/local/kept-processes';
import { startApp } from '@mail/local/start-apps';
import { peers } from '../peers/index.ts';
import type { Surroundings } from '../peers/peer.ts';
import type { Range, Span } from '../programs/producer.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import type { MailKind } from '../world/bench-mail.ts';
import { startProgram } from '../world/start-program.ts';
import { isPeer } from './contender-names.ts';
import type { ContenderName } from './contender-names.ts';

/** A contender that runs, with its caller. */
export interface Contender {
  readonly name: ContenderName;
  readonly database: string;
  /** The key of its commands in Redis. */
  readonly stream: string;
  readonly callerPid: number;
  /** Its own processes by name, without servers and caller. */
  readonly processes: ReadonlyMap<string, KeptProcess>;
  many(range: Range): Promise<Span>;
  oneByOne(range: Range & { readonly callers: number }): Promise<Span>;
  steadily(range: Range & { readonly perSecond: number; readonly kind: MailKind }): Promise<Record<string, number>>;
  /** Resolves once nothing of what was handed over is left to do. */
  settled(): Promise<void>;
  /** Starts what sends, where the contender was started without it. */
  startSending(): Promise<void>;
  stop(): Promise<void>;
}

export interface ContenderOptions {
  readonly door?: 'stream' | 'http';
  readonly tunedFor?: Surroundings['tunedFor'];
  /** Default: all. Of the service, which of the five; a peer sends where `attempt-worker` is among them. */
  readonly apps?: readonly App[];
  /** A database that is there already, and stays; else one is made for this run, and dropped. */
  readonly database?: string;
}

/** For throughput; peers hold 50 or more jobs at once. */
const OUR_CONNECTIONS = 64;
const SETTLED_WITHIN_MS = 120_000;

async function outstandingOf(dsn: string): Promise<number> {
  const [row] = await queryOnce<{ open: number }>(dsn, `select count(*)::int as open from deliveries where status = 'queued'`);
  return row?.open ?? 0;
}

/** Starts one contender, over a database of its own and an empty Redis. */
export async function startContender(world: BenchWorld, name: ContenderName, options: ContenderOptions = {}): Promise<Contender> {
  const { context, servers } = world;
  const { door = 'stream', tunedFor = 'throughput', apps: wanted = apps } = options;
  await servers.redis.client.flushall();
  const database = options.database ?? `bench_${name.replaceAll(/\W+/g, '_')}`;
  const dsn =
    options.database === undefined ? await servers.makeDatabase(database, isPeer(name) ? 'empty' : 'ours') : servers.dsn(database);
  const run = Date.now().toString(36);
  // A stream of its own: over a database that stays, the emptied one would be found lost.
  const surroundings: Surroundings = { ...world.surroundings, postgresDsn: dsn, tunedFor, run, stream: `bench:${run}` };
  const processes = new Map<string, KeptProcess>();
  const start = async (app: App): Promise<void> => {
    const started = await startApp(context, app, {
      postgresDsn: dsn,
      redisAddr: `127.0.0.1:${surroundings.redisPort}`,
      redisPassword: surroundings.redisPassword,
      smtpAddr: `127.0.0.1:${surroundings.smtpPort}`,
      httpAddr: surroundings.api.slice('http://'.length),
      settings: {
        NODE_ENV: 'production',
        MAIL_SMTP_INSECURE_SKIP_VERIFY: 'true',
        MAIL_REDIS_COMMAND_STREAM: surroundings.stream,
        MAIL_TEMPLATE_DIR: world.templates,
        ...(tunedFor === 'throughput' ? { MAIL_ATTEMPT_WORKER_CONCURRENCY: String(OUR_CONNECTIONS) } : {}),
      },
    });
    processes.set(app, started.process);
  };
  const startSending = async (): Promise<void> => {
    if (!isPeer(name)) return start('attempt-worker');
    processes.set('worker', (await startProgram(context, 'peer-worker', [name, JSON.stringify(surroundings)])).process);
  };
  // A peer's producer makes the queue that its worker waits at.
  const producer = await startProgram(context, 'producer', [name, door, JSON.stringify(surroundings)]);
  await Promise.all(isPeer(name) ? [] : wanted.filter((app) => app !== 'attempt-worker').map(start));
  if (wanted.includes('attempt-worker')) await startSending();
  return {
    name,
    database,
    stream: surroundings.stream,
    callerPid: producer.process.pid,
    processes,
    many: (range) => producer.ask('many', range),
    oneByOne: (range) => producer.ask('oneByOne', range),
    steadily: (range) => producer.ask('steadily', range),
    startSending,
    async settled() {
      const untilMs = performance.now() + SETTLED_WITHIN_MS;
      const outstanding = (): Promise<number> => (isPeer(name) ? peers[name].outstanding(surroundings) : outstandingOf(dsn));
      for (let open = await outstanding(); open > 0; open = await outstanding()) {
        if (performance.now() > untilMs) throw new Error(`${name}: ${open} mails are not done after ${SETTLED_WITHIN_MS / 1000} s`);
        await pause(50);
      }
    },
    async stop() {
      await Promise.all([producer.process, ...processes.values()].map((one) => one.stop()));
      if (options.database === undefined) await servers.dropDatabase(database);
    },
  };
}
