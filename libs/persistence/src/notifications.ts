import pg from 'pg';
import { serverOf } from './pools.js';
import { run, statement, type Runner } from './statement.js';

/** `mail_due`: attempts were scheduled; the scheduler listens. `mail_claimed`: attempts were claimed; the workers listen. */
export type Channel = 'mail_due' | 'mail_claimed';

// Its commit waits for no disk: a notification that a crash takes with it is one of those that polling makes up for.
const notify = statement('notify', [], `select pg_notify($1, $2), set_config('synchronous_commit', 'off', true)`);

/** Tells of the most urgent lane that has work. Never throws, never waits: polling finds what a lost notification would have told. */
export interface Notifier {
  notify(lane: number): void;
}

/**
 * A notifier that sends at once when it is idle, and what comes while a notification is under way as one, after it.
 * Never inside the transaction of the work: NOTIFY holds a lock over the commit, which halves the rate of acceptance.
 */
export function notifier(runner: Runner, channel: Channel, enabled: boolean): Notifier {
  let waiting: number | null = null;
  let underWay = false;
  const send = async (): Promise<void> => {
    while (waiting !== null) {
      const lane = waiting;
      waiting = null;
      await run(runner, notify, [channel, String(lane)]).catch(() => undefined);
    }
    underWay = false;
  };
  return {
    notify(lane) {
      if (!enabled) return;
      waiting = waiting === null ? lane : Math.min(waiting, lane);
      if (underWay) return;
      underWay = true;
      void send();
    },
  };
}

export interface Subscription {
  close(): Promise<void>;
}

const RECONNECT_MS = 1000;
/** Bound on connecting, and on each of its two statements. */
const ANSWERS_MS = 5000;

/** Listens on a connection of its own, and opens it again, a second after it was lost, until closed. */
export function subscribe(dsn: string, name: string, channel: Channel, onNotification: (lane: number) => void): Subscription {
  const server = serverOf({ name: `${name} listen`, operationTimeoutMs: ANSWERS_MS, lockTimeoutMs: ANSWERS_MS }, dsn);
  let closed = false;
  let timer: NodeJS.Timeout | null = null;
  let client: pg.Client | null = null;

  const lost = (): void => {
    client?.removeAllListeners();
    client?.on('error', () => undefined);
    void client?.end().catch(() => undefined);
    client = null;
    if (!closed) timer ??= setTimeout(connect, RECONNECT_MS);
  };
  const connect = (): void => {
    timer = null;
    const current = new pg.Client(server.client);
    client = current;
    current.on('error', lost);
    current.on('end', lost);
    current.on('notification', ({ payload }) => onNotification(Number(payload ?? 0)));
    current
      .connect()
      .then(() => server.setUp(current))
      .then(() => current.query(`listen ${channel}`))
      .then(() => onNotification(0))
      .catch(() => (client === current ? lost() : undefined));
  };
  connect();
  return {
    async close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      const last = client;
      client = null;
      last?.removeAllListeners();
      last?.on('error', () => undefined);
      await last?.end().catch(() => undefined);
    },
  };
}
