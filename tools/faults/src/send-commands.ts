import { setTimeout as pause } from 'node:timers/promises';
import type { Acknowledgement, HttpAnswer, SentCommand } from './verify/verify.ts';
import type { World } from './world/make-world.ts';

const SOURCE = 'faults';
const GIVE_UP_AFTER_MS = 60_000;
const TRY_AGAIN_MS = 100;
const REQUEST_MS = 10_000;

export interface SendOptions {
  /** Default: every second command by either. */
  readonly door?: 'http' | 'stream';
  /** Recipients of each: how many, or how the local part of each ends, for a server that goes by it. Default: one. */
  readonly recipients?: number | readonly string[];
  /** More of the command, or other than what it is by default; of each by its number in this call. */
  readonly command?: Fields | ((index: number) => Fields);
  /** Ends the idempotency key: all of the call are then one command that is handed over again and again. */
  readonly key?: string;
  /** Without it, the caller tries again with the same key until it is answered, as callers should. */
  readonly once?: true;
  /** Hangs up once it is aborted; by HTTP. */
  readonly hangUp?: AbortSignal;
}

type Fields = Readonly<Record<string, unknown>>;

export interface CommandSender {
  /** Begins every idempotency key and recipient. */
  readonly tag: string;
  /** Every command handed over so far, with what its caller knows of it. */
  readonly commands: readonly SentCommand[];
  /** Hands over so many commands side by side; resolves once each is acknowledged or given up. */
  send(count: number, options?: SendOptions): Promise<SentCommand[]>;
  /** Hands over about so many a second, until stopped. */
  traffic(perSecond: number, options?: SendOptions): { stop(): Promise<void> };
  /** Stops all traffic, also that of a scenario that broke off. */
  quiet(): Promise<void>;
}

interface Handed {
  readonly acknowledgement: Acknowledgement;
  readonly deliveryId: string | null;
  readonly answer: HttpAnswer | null;
}

const UNKNOWN: Handed = { acknowledgement: 'unknown', deliveryId: null, answer: null };

export function commandSender(world: World, tag: string): CommandSender {
  const commands: SentCommand[] = [];
  const underWay = new Set<Promise<unknown>>();
  const ticking = new Set<NodeJS.Timeout>();
  let count = 0;

  const byHttp = async (key: string, command: object, hangUp?: AbortSignal): Promise<Handed> => {
    try {
      const response = await fetch(`${world.api}/api/v1/internal/deliveries`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ source: SOURCE, ...command }),
        signal: AbortSignal.any([AbortSignal.timeout(REQUEST_MS), ...(hangUp === undefined ? [] : [hangUp])]),
      });
      const body = (await response.json()) as { delivery_id?: string };
      const { status } = response;
      const retryAfter = response.headers.get('retry-after');
      const answer = {
        status,
        replayed: response.headers.get('idempotency-replayed') === 'true',
        retryAfterS: retryAfter === null ? null : Number(retryAfter),
      };
      if (status === 202) return { acknowledgement: 'acknowledged', deliveryId: body.delivery_id ?? null, answer };
      // Nothing was stored when 503 is answered before; after a lost commit nobody can know.
      return { acknowledgement: status < 500 ? 'refused' : 'unknown', deliveryId: null, answer };
    } catch {
      return UNKNOWN;
    }
  };
  const byStream = async (key: string, command: object): Promise<Handed> => {
    const fields = ['source', SOURCE, 'idempotency_key', key, 'command', JSON.stringify(command)];
    const id = await world.redis.client.xadd(world.stream, '*', ...fields).catch(() => null);
    return id === null ? UNKNOWN : { acknowledgement: 'acknowledged', deliveryId: null, answer: null };
  };
  const handOver = async (door: SentCommand['door'], key: string, command: object, { once, hangUp }: SendOptions): Promise<Handed> => {
    const untilMs = performance.now() + GIVE_UP_AFTER_MS;
    for (;;) {
      const handed = await (door === 'http' ? byHttp(key, command, hangUp) : byStream(key, command));
      if (handed.acknowledgement !== 'unknown' || once === true || performance.now() > untilMs) return handed;
      await pause(TRY_AGAIN_MS);
    }
  };
  const sendOne = async (options: SendOptions, index = 0): Promise<SentCommand> => {
    const { door, recipients = 1, command: more = {} } = options;
    count += 1;
    const number = count;
    const key = `${tag}-${options.key ?? number}`;
    const endings = typeof recipients === 'number' ? Array.from({ length: recipients }, (_, n) => n) : recipients;
    const to = endings.map((ending) => `${key}-${ending}@example.com`);
    const text = `The mail of ${key}.\r\n.\r\nWith a dot on a line of its own.`;
    const content = { mode: 'rendered', subject: `Fault ${options.key ?? number}`, text };
    const command = { to, content, ...(typeof more === 'function' ? more(index) : more) };
    const by = door ?? (number % 2 === 0 ? 'http' : 'stream');
    const sent = { source: SOURCE, key, recipients: to, door: by, sentAtMs: performance.now() };
    // Known as handed over from before it is: a copy of it must never count as unexpected.
    const place = commands.push({ ...sent, ...UNKNOWN }) - 1;
    const known = { ...sent, ...(await handOver(by, key, command, options)) };
    commands[place] = known;
    return known;
  };
  return {
    tag,
    commands,
    send: (many, options = {}) => Promise.all(Array.from({ length: many }, (_, index) => sendOne(options, index))),
    traffic(perSecond, options = {}) {
      const mine = new Set<Promise<unknown>>();
      const timer = setInterval(() => {
        const sending = sendOne(options).finally(() => [mine, underWay].forEach((set) => set.delete(sending)));
        [mine, underWay].forEach((set) => set.add(sending));
      }, 1000 / perSecond);
      ticking.add(timer);
      return {
        async stop() {
          clearInterval(timer);
          await Promise.all(mine);
        },
      };
    },
    async quiet() {
      ticking.forEach((timer) => clearInterval(timer));
      await Promise.all(underWay);
    },
  };
}
