import { Redis, type RedisOptions } from 'ioredis';
import type { ReadPosition } from './find-incident.js';
import { BATCH_BYTES } from './read-size.js';
import { withinBytes } from './within-bytes.js';

export interface CommandStreamOptions {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  readonly db: number;
  readonly stream: string;
  /** Bound on each call that does not block, in ms. */
  readonly operationTimeoutMs: number;
  /** How long a read waits for entries, in ms. */
  readonly blockTimeoutMs: number;
  readonly onConnectionError: (error: Error) => void;
}

export interface StreamEntry {
  readonly id: string;
  /** Names and values as bytes: a string reply would destroy what is not UTF-8. */
  readonly fields: readonly (readonly [name: Buffer, value: Buffer])[];
  /** Size of all fields. */
  readonly bytes: number;
}

/** What Redis says of the stream, to be held against what was consumed. */
export type Survey =
  | { readonly kind: 'missing_key' }
  | { readonly kind: 'wrong_type' }
  | {
      readonly kind: 'stream';
      readonly lastGeneratedId: string;
      /** `null` for an empty stream. */
      readonly firstEntryId: string | null;
      readonly entriesAdded: number;
      readonly length: number;
      readonly runId: string;
    };

export interface Backlog {
  readonly waiting: number;
  /** When the first of them was added, by Redis's clock, in Unix ms; `null` when none waits. */
  readonly oldestAtMs: number | null;
}

/** The Redis command stream: one client that blocks on `XREAD`, and one for everything else. */
export interface CommandStream {
  /**
   * Up to `count` entries after `lastId`; empty after the block time-out. `null` when that many take more than `MOST_READ_BYTES`: ask
   * for fewer. One is read however large it is. A half-open connection is noticed one operation time-out after the block time.
   */
  read(lastId: string, count: number): Promise<StreamEntry[] | null>;
  /** As `read`, of what is there already: it does not wait. */
  readNow(lastId: string, count: number): Promise<StreamEntry[] | null>;
  survey(): Promise<Survey>;
  /** How much waits after a position, and since when. */
  backlog(position: ReadPosition): Promise<Backlog>;
  /** Ends a read under way, and every later one. */
  stopReading(): void;
  close(): void;
}

/** Of one reply, unless it is of a single entry: twice what a batch aims at. */
export const MOST_READ_BYTES = 2 * BATCH_BYTES;

const OLDEST_MAJOR = 7;

type RawEntry = [id: Buffer, fields: Buffer[]];

/**
 * Connects both clients, and checks each with a `PING` and with the commands that it will be used for. Rejects, with Redis's own reason, when
 * it cannot be reached within the bound, refuses the login or a command, or is too old.
 */
export async function openCommandStream(options: CommandStreamOptions): Promise<CommandStream> {
  const reasons = new WeakMap<Redis, Error>();
  const client = (bounds: Pick<RedisOptions, 'commandTimeout' | 'socketTimeout'>): Redis => {
    const redis = new Redis({
      host: options.host,
      port: options.port,
      password: options.password === '' ? undefined : options.password,
      db: options.db,
      connectTimeout: options.operationTimeoutMs,
      ...bounds,
      // A command either goes out now or fails now: the loop around it decides when to try again.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (times) => Math.min(100 * times, 1000),
      // CLIENT SETINFO is unknown to Redis 7.0.
      disableClientInfo: true,
      lazyConnect: true,
    });
    redis.on('error', (error: Error) => {
      reasons.set(redis, error);
      options.onConnectionError(error);
    });
    redis.on('ready', () => void reasons.delete(redis));
    return redis;
  };
  const state = client({ commandTimeout: options.operationTimeoutMs });
  // Of silence, and not of the whole reply: a large one may take longer on a slow network, and would never get through.
  const blocking = client({ socketTimeout: options.blockTimeoutMs + options.operationTimeoutMs });
  const close = (): void => {
    for (const redis of [state, blocking]) redis.disconnect();
  };
  try {
    await Promise.all(
      [state, blocking].map((redis) =>
        saying(reasons, redis, () =>
          bounded(
            // Selected here once more: the client drops the refusal of the selection that is part of its connecting, and would read database 0.
            redis
              .connect()
              .then(() => (options.db === 0 ? null : redis.select(options.db)))
              .then(() => redis.ping())
              .then(() => (redis === state ? checkState(redis, options.stream) : checkReading(redis, options.stream))),
            options.operationTimeoutMs,
          ),
        ),
      ),
    );
  } catch (error) {
    close();
    throw error;
  }
  const entries = async (count: number, ask: () => Promise<unknown[] | null>): Promise<StreamEntry[] | null> => {
    const most = count === 1 ? Infinity : MOST_READ_BYTES;
    const answer = await saying(reasons, blocking, () =>
      withinBytes(blocking, most, options.operationTimeoutMs, async () => ({ reply: await ask() })),
    );
    if (answer === null) return null;
    return ((answer.reply?.[0] as [Buffer, RawEntry[]] | undefined)?.[1] ?? []).map(entry);
  };
  const { stream, blockTimeoutMs } = options;
  return {
    read: (lastId, count) => entries(count, () => blocking.xreadBuffer('COUNT', count, 'BLOCK', blockTimeoutMs, 'STREAMS', stream, lastId)),
    readNow: (lastId, count) => entries(count, () => blocking.xreadBuffer('COUNT', count, 'STREAMS', stream, lastId)),
    survey: () => saying(reasons, state, () => leavingHungConnections(state, () => survey(state, options.stream))),
    backlog: (position) => saying(reasons, state, () => leavingHungConnections(state, () => backlog(state, stream, position))),
    stopReading: () => blocking.disconnect(),
    close,
  };
}

// "Connection is closed." and its like hide why: what the connection itself last said does not.
const HIDING = /^Connection is closed|Stream isn't writeable|^Command aborted due to connection close/;

async function saying<T>(reasons: WeakMap<Redis, Error>, redis: Redis, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error && HIDING.test(error.message) ? reasons.get(redis) : undefined;
    throw reason ?? error;
  }
}

async function checkState(redis: Redis, stream: string): Promise<void> {
  const { version } = await serverInfo(redis);
  if (Number.parseInt(version) < OLDEST_MAJOR) throw new Error(`it is Redis ${version}, and ${OLDEST_MAJOR}.0 is the oldest that will do`);
  await survey(redis, stream);
  await orWrongType(redis.xrange(stream, '-', '-'));
}

/** After the newest entry there is none. */
async function checkReading(redis: Redis, stream: string): Promise<void> {
  await orWrongType(redis.xread('COUNT', 1, 'STREAMS', stream, '$'));
}

/** A key of another type is an incident, of which the reader tells; it is no reason not to start. */
async function orWrongType(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!isWrongType(error)) throw error;
  });
}

const isWrongType = (error: unknown): boolean => error instanceof Error && error.message.startsWith('WRONGTYPE');

async function serverInfo(redis: Redis): Promise<{ version: string; runId: string }> {
  const info = await redis.info('server');
  return { version: /redis_version:([\d.]+)/.exec(info)?.[1] ?? 'unknown', runId: /run_id:(\w+)/.exec(info)?.[1] ?? 'unknown' };
}

function entry([id, fields]: RawEntry): StreamEntry {
  const pairs: [Buffer, Buffer][] = [];
  let bytes = 0;
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [name, value] = [fields[index] as Buffer, fields[index + 1] as Buffer];
    pairs.push([name, value]);
    bytes += name.length + value.length;
  }
  return { id: id.toString('latin1'), fields: pairs, bytes };
}

async function survey(redis: Redis, stream: string): Promise<Survey> {
  try {
    const reply = (await redis.xinfo('STREAM', stream)) as unknown[];
    const info = new Map<unknown, unknown>();
    for (let index = 0; index + 1 < reply.length; index += 2) info.set(reply[index], reply[index + 1]);
    const first = info.get('first-entry') as [string, string[]] | null;
    const { runId } = await serverInfo(redis);
    return {
      kind: 'stream',
      lastGeneratedId: String(info.get('last-generated-id')),
      firstEntryId: first?.[0] ?? null,
      entriesAdded: Number(info.get('entries-added')),
      length: Number(info.get('length')),
      runId,
    };
  } catch (error) {
    if (error instanceof Error && error.message.includes('no such key')) return { kind: 'missing_key' };
    if (isWrongType(error)) return { kind: 'wrong_type' };
    throw error;
  }
}

async function backlog(redis: Redis, stream: string, position: ReadPosition): Promise<Backlog> {
  const found = await survey(redis, stream);
  if (found.kind !== 'stream' || found.lastGeneratedId === position.lastId) return { waiting: 0, oldestAtMs: null };
  const [first] = await redis.xrange(stream, `(${position.lastId}`, '+', 'COUNT', 1);
  if (first === undefined) return { waiting: 0, oldestAtMs: null };
  const waiting = Math.min(found.length, Math.max(1, found.entriesAdded - position.consumed - position.missed));
  return { waiting, oldestAtMs: Number(first[0].split('-', 1)[0]) };
}

// After a time-out the connection may be half open and never answer again, or the reply may still come, long after whoever
// asked has gone: only a new connection is safe. The blocking client's bound drops it by itself.
async function leavingHungConnections<T>(redis: Redis, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (redis.status === 'ready' && isTimeout(error)) redis.disconnect(true);
    throw error;
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Command timed out';
}

async function bounded<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
