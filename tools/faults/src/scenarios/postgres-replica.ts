import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { openFaultProxy } from '../world/fault-proxy.ts';
import { startReadReplica } from '../world/read-replica.ts';

const APP = 'intake-api';
/** As `MAIL_OPERATOR_REQUEST_TIMEOUT` has it by default: past it the answer is 504. */
const ANSWERED_WITHIN_MS = 5000;

interface Answer {
  readonly status: number;
  readonly body: { readonly items?: readonly unknown[] };
}

async function get({ world }: Stage, path: string): Promise<Answer> {
  const response = await fetch(`${world.api}/api/v1/internal/deliveries${path}`, { signal: AbortSignal.timeout(2 * ANSWERED_WITHIN_MS) });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

/** Hands one command over, and asks for it by its key and by its id. */
async function sendAndLook(
  stage: Stage,
): Promise<{ listed: () => Promise<boolean>; list: () => Promise<Answer>; read: () => Promise<Answer> }> {
  const [sent] = await stage.send(1, { door: 'http' });
  if (sent === undefined) throw new Error('nothing was sent');
  const list = (): Promise<Answer> => get(stage, `?idempotency_key=${encodeURIComponent(sent.key)}`);
  return {
    list,
    listed: async () => (await list()).body.items?.length === 1,
    read: () => get(stage, `/${sent.deliveryId}`),
  };
}

/** That lists are answered in time, and from the primary, which alone knows of what was just handed over. */
async function answeredByPrimary(stage: Stage, while_: string): Promise<void> {
  const { list } = await sendAndLook(stage);
  for (let asked = 0; asked < 3; asked += 1) {
    const { status, body } = await list();
    stage.check(
      status === 200 && body.items?.length === 1,
      `a list was answered with ${status} and ${body.items?.length} items while ${while_}`,
    );
  }
}

export const postgresReplica: Scenario = {
  id: 'postgres-read-replica-lost',
  component: 'PostgreSQL',
  fault: 'A read replica trails, freezes, and is gone: lists come from it, and from the primary while it cannot be used',
  short: true,
  async run(stage) {
    const { context, apps, dsn } = stage.world;
    const replica = await startReadReplica(context, dsn);
    const toReplica = await openFaultProxy(replica.port);
    try {
      const replicaDsn = new URL(dsn);
      replicaDsn.port = String(toReplica.port);
      const settings = { MAIL_POSTGRES_REPLICA_DSNS: replicaDsn.href };
      await apps.restart(APP, settings);

      const first = await sendAndLook(stage);
      await stage.until('the replica lists it', first.listed);
      await replica.query('select pg_wal_replay_pause()');
      await stage.until(
        'replay is held',
        async () => (await replica.query<{ state: string }>('select pg_get_wal_replay_pause_state() as state'))[0]?.state === 'paused',
      );
      const second = await sendAndLook(stage);
      stage.check(!(await second.listed()), 'a list has what the replica cannot know of: it was not read there');
      stage.check((await second.read()).status === 200, 'a delivery is not found by its id while the replica trails');

      stage.faulted();
      replica.freeze(true);
      await answeredByPrimary(stage, 'the replica was frozen');
      replica.freeze(false);
      toReplica.mode('refuse');
      await answeredByPrimary(stage, 'the replica was gone');
      // Nobody needs it to start, and least of all who reads nothing there.
      await Promise.all([apps.restart(APP, settings), apps.restart('scheduler', settings)]);
      await answeredByPrimary(stage, 'the replica was gone at the start');

      toReplica.mode('pass');
      await stage.until('lists are read from the replica again', async () => !(await second.listed()));
      await replica.query('select pg_wal_replay_resume()');
      await stage.until('the replica has caught up', second.listed);
      await apps.restart(APP, {});
      await apps.restart('scheduler', {});
    } finally {
      replica.freeze(false);
      await toReplica.close();
      await replica.stop();
    }
  },
};
