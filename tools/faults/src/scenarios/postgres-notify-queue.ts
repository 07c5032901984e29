import pg from 'pg';
import type { Scenario } from '../scenario.ts';
import { untilEnded } from './postgres-parts.ts';

const FULL = '54000';
const MOST = 100_000;

/** Fills the server's one queue of notifications: another application listens, and does not read. */
async function fillNotifyQueue(dsn: string): Promise<() => Promise<void>> {
  const elsewhere = new URL(dsn);
  elsewhere.pathname = '/postgres';
  const open = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: elsewhere.href });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const [stuck, talker] = [await open(), await open()];
  await stuck.query('listen other_application');
  await stuck.query('begin');
  await stuck.query('select 1');
  for (let sent = 0; ; sent += 1) {
    if (sent === MOST) throw new Error('the queue of notifications cannot be filled');
    const error = await talker.query(`select pg_notify('other_application', $1)`, [`${sent}`.padEnd(7900, 'x')]).then(
      () => null,
      (failure: { code?: string }) => failure,
    );
    if (error === null) continue;
    if (error.code !== FULL) throw new Error('a notification failed, and not of a full queue', { cause: error });
    break;
  }
  await talker.end();
  return () => stuck.end();
}

export const postgresNotifyQueue: Scenario = {
  id: 'postgres-notify-queue-full',
  component: 'PostgreSQL',
  fault: "The server's queue of notifications is full: another application's session listens, and stays idle in its transaction",
  short: true,
  async run(stage) {
    const { apps, dsn } = stage.world;
    const drain = await fillNotifyQueue(dsn);
    try {
      stage.faulted();
      await untilEnded(stage, await stage.send(40));
      const events = apps
        .get('scheduler')
        .log()
        .map(({ event }) => event);
      stage.check(events.includes('notify_failed'), 'the scheduler was never told that its notification failed');
      stage.check(!events.includes('turn_failed'), 'a turn of the scheduler failed for a notification');
    } finally {
      await drain();
    }
  },
};
