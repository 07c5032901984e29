import pg from 'pg';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import type { SentCommand } from '../verify/verify.ts';
import { holdFinals } from './hold-finals.ts';
import { untilEnded, withPatience } from './postgres-parts.ts';

const TABLES = ['deliveries', 'attempts', 'delivery_recipients', 'delivery_payloads', 'idempotency_keys'] as const;
const IN_AN_HOUR = { deliver_at: new Date(Date.now() + 3_600_000).toISOString() };

/** How a delivery that waits for its time comes to each state that a job of the scheduler is there for. */
const STATES = {
  'past its expiry': `update deliveries set expires_at = now() - interval '1 second' where delivery_id = any($1::uuid[])`,
  'claimed, and never started': `update attempts set status = 'claimed', scheduled_at = now(), claimed_at = now() - interval '1 hour'
    where delivery_id = any($1::uuid[])`,
  'in progress, and its worker lost': `update attempts set status = 'in_progress', scheduled_at = now(), claimed_at = now() - interval '1 hour',
    started_at = now() - interval '1 hour', worker_id = 'nobody', token = gen_random_uuid() where delivery_id = any($1::uuid[])`,
} as const;

/** Somebody's session, which holds rows until it is let go. */
async function openHolder({ world }: Stage) {
  const client = new pg.Client({ connectionString: world.dsn });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin');
  return {
    async hold(table: (typeof TABLES)[number], deliveryId: string): Promise<void> {
      await client.query(`select 1 from ${table} where delivery_id = $1 for update`, [deliveryId]);
    },
    release: () => client.end(),
  };
}

async function idsOf({ world }: Stage, commands: readonly SentCommand[]): Promise<string[]> {
  const rows = await world.query<{ delivery_id: string }>('select delivery_id from deliveries where idempotency_key = any($1) order by 1', [
    commands.map(({ key }) => key),
  ]);
  return rows.map(({ delivery_id }) => delivery_id);
}

/** How many of so many mails, accepted one after another, are claimed by the time that the last is accepted. */
async function claimsMeanwhile(stage: Stage, mails: number): Promise<number> {
  const keys: string[] = [];
  for (let n = 0; n < mails; n += 1) keys.push(...(await stage.send(1, { door: 'http' })).map(({ key }) => key));
  const [row] = await stage.world.query<{ count: number }>(
    `select count(*)::int as count from attempts join deliveries using (delivery_id) where claimed_at is not null and idempotency_key = any($1)`,
    [keys],
  );
  return row?.count ?? 0;
}

async function statusesOf({ world }: Stage, ids: readonly string[]): Promise<string[]> {
  const rows = await world.query<{ is: string }>(
    `select concat_ws(' ', d.status, a.status) as is from deliveries d join attempts a using (delivery_id)
    where d.delivery_id = any($1::uuid[]) and a.number = 1 order by 1`,
    [ids],
  );
  return rows.map(({ is }) => is);
}

async function cancel({ world }: Stage, deliveryId: string): Promise<number> {
  const url = `${world.api}/api/v1/internal/deliveries/${deliveryId}/cancel`;
  return (await fetch(url, { method: 'POST', headers: { 'x-operator': 'faults' } })).status;
}

const ROUNDS = 3;
const MAILS = 30;

async function holdRowsOfEveryState(stage: Stage): Promise<void> {
  const { apps, query } = stage.world;
  await withPatience(stage);
  const scheduler = apps.get('scheduler');
  let unheld = 0;
  for (let round = 0; round < ROUNDS; round += 1) unheld += await claimsMeanwhile(stage, MAILS);

  const holder = await openHolder(stage);
  try {
    // As many of each state as there are tables to hold a row in, and one that is free.
    const ofState = await Promise.all(
      Object.values(STATES).map(async (sql) => ({
        sql,
        ids: await idsOf(stage, await stage.send(TABLES.length + 1, { door: 'http', command: IN_AN_HOUR })),
      })),
    );
    await scheduler.freeze();
    const free: string[] = [];
    for (const { sql, ids } of ofState) {
      await query(sql, [ids]);
      for (const [index, table] of TABLES.entries()) await holder.hold(table, ids[index] ?? '');
      free.push(ids[TABLES.length] ?? '');
    }
    stage.faulted();
    scheduler.signal('SIGCONT');

    await stage.until('those of every state that nobody holds are dealt with', async () => {
      const [expired, claimed, lost] = await Promise.all(free.map((id) => statusesOf(stage, [id])));
      return expired?.[0] === 'expired ended' && claimed?.[0]?.startsWith('sent') === true && lost?.[0]?.endsWith('ended') === true;
    });
    let held = 0;
    for (let round = 0; round < ROUNDS; round += 1) held += await claimsMeanwhile(stage, MAILS);
    stage.check(held >= 0.8 * unheld, `${held} mails were claimed in the time in which ${unheld} are while nobody holds a row`);

    const [waiting = ''] = ofState[0]?.ids ?? [];
    stage.check((await cancel(stage, waiting)) === 503, 'the cancellation of a delivery that is held was not answered with 503');
  } finally {
    await holder.release();
  }
}

export const postgresRowsHeld: readonly Scenario[] = [
  {
    id: 'postgres-row-of-each-state-held',
    component: 'PostgreSQL',
    fault: 'A session holds rows of deliveries in every state, of each of their tables, and stays idle in its transaction',
    short: true,
    run: holdRowsOfEveryState,
  },
  {
    id: 'postgres-rows-held',
    component: 'PostgreSQL',
    fault: 'A session holds the deliveries whose mails are out when their answers come, and an older one when the newer command comes',
    short: true,
    async run(stage) {
      const { sink } = stage.world;
      await withPatience(stage);
      const finals = holdFinals(sink);
      const out = await stage.send(3, { door: 'http' });
      await stage.until('all are out', () => finals.held >= out.length);
      const older = await stage.send(1, { door: 'http', command: { ...IN_AN_HOUR, supersede_key: `${stage.tag}-one` } });
      const holder = await openHolder(stage);
      try {
        const ids = await idsOf(stage, out);
        for (const [index, id] of ids.entries()) await holder.hold(TABLES[index] ?? 'deliveries', id);
        for (const id of await idsOf(stage, older)) await holder.hold('deliveries', id);
        stage.faulted();
        finals.release();
        // By either door; the stream would stand still behind the one that waits.
        const newer = await stage.send(2, { command: { supersede_key: `${stage.tag}-one` } });
        const others = await stage.send(20);
        await untilEnded(stage, [...others, ...newer.slice(-1)]);
        stage.check(
          (await statusesOf(stage, ids)).every((is) => is === 'queued in_progress'),
          'an outcome was written to a row that another transaction held',
        );
      } finally {
        await holder.release();
      }
      await untilEnded(stage, [...out, ...older]);
      const [is] = await statusesOf(stage, await idsOf(stage, older));
      stage.check(is === 'superseded ended', `the older delivery is ${is}`);
      const sent = sink.copies.filter(({ recipient }) => older.some(({ recipients }) => recipients.includes(recipient))).length;
      stage.check(sent === 0, 'what was superseded was sent');
    },
  },
];
