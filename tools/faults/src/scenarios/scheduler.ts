import { setTimeout as pause } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';

const APP = 'scheduler';

/** Attempts of this scenario, by status. */
async function attempts({ world, tag }: Stage, status: string): Promise<number> {
  const [row] = await world.query<{ count: number }>(
    `select count(*)::int as count from attempts a join deliveries d using (delivery_id) where starts_with(d.idempotency_key, $1) and a.status = $2`,
    [tag, status],
  );
  return row?.count ?? 0;
}

/** Starts the scheduler where it has something to do at once, so that it dies of it. */
async function killedWhileStarting({ world, check }: Stage, point: string): Promise<void> {
  const { signal } = await world.apps.runToEnd(APP, { MAIL_FAILPOINTS: `${point}=kill` });
  check(signal === 'SIGKILL', `the scheduler never came to ${point}`);
}

export const schedulerScenarios: readonly Scenario[] = [
  {
    id: 'scheduler-killed-under-load',
    component: APP,
    fault: 'SIGKILL at random moments under load',
    async run(stage) {
      const { apps } = stage.world;
      for (let kill = 0; kill < 2; kill += 1) {
        const traffic = stage.traffic(40);
        await pause(200 + 600 * stage.random());
        await apps.kill(APP);
        stage.faulted();
        await traffic.stop();
        await apps.start(APP);
      }
    },
  },
  {
    id: 'scheduler-killed-after-claim',
    component: APP,
    fault: 'SIGKILL after a claim is committed, before it wakes anybody',
    short: true,
    async run(stage) {
      const { apps, sink } = stage.world;
      await apps.get(APP).stop();
      await stage.send(20);
      await stage.until('all are stored', async () => (await stage.stored()) === 20);
      stage.faulted();
      await killedWhileStarting(stage, 'claim_due_attempts.after');
      // What is claimed needs no scheduler to be sent.
      await stage.until('what was claimed is sent', () => sink.copies.some(({ recipient }) => recipient.startsWith(stage.tag)));
    },
  },
  {
    id: 'scheduler-killed-giving-back',
    component: APP,
    fault: 'SIGKILL before stale claims are given back, and after',
    async run(stage) {
      const { apps, query } = stage.world;
      await apps.get('attempt-worker').stop();
      await stage.send(10);
      await stage.until('all are claimed', async () => (await attempts(stage, 'claimed')) === 10);
      await apps.get(APP).stop();
      await query(`update attempts set claimed_at = claimed_at - interval '1 hour' where status = 'claimed'`);
      const stale = async (): Promise<number> =>
        (
          await query<{ count: number }>(
            `select count(*)::int as count from attempts where claimed_at < now() - interval '1 minute' and status = 'claimed'`,
          )
        )[0]?.count ?? 0;
      stage.faulted();
      await killedWhileStarting(stage, 'give_back_stale_claims.before');
      stage.check((await stale()) === 10, 'claims were given back before it was asked for');
      await killedWhileStarting(stage, 'give_back_stale_claims.after');
      stage.check((await stale()) === 0, 'stale claims were not given back');
    },
  },
  {
    id: 'scheduler-killed-expiring',
    component: APP,
    fault: 'SIGKILL before what is past its expiry is ended, and after',
    async run(stage) {
      const { apps, query } = stage.world;
      await Promise.all([apps.get('attempt-worker').stop(), apps.get(APP).stop()]);
      const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
      await stage.send(10, { command: { expires_at: inAnHour } });
      await stage.until('all are stored', async () => (await stage.stored()) === 10);
      await query(`update deliveries set expires_at = now() where starts_with(idempotency_key, $1)`, [stage.tag]);
      stage.faulted();
      await killedWhileStarting(stage, 'end_unstarted.before');
      stage.check((await attempts(stage, 'ended')) === 0, 'deliveries were ended before it was asked for');
      await killedWhileStarting(stage, 'end_unstarted.after');
      stage.check((await attempts(stage, 'ended')) === 10, 'deliveries past their expiry were not ended');
      await Promise.all([apps.start('attempt-worker'), apps.start(APP)]);
      await stage.settled();
      const late = stage.world.sink.copies.filter(({ recipient }) => recipient.startsWith(stage.tag)).length;
      stage.check(late === 0, `${late} mails went out after their expiry`);
    },
  },
  {
    id: 'scheduler-killed-recovering',
    component: APP,
    fault: 'SIGKILL before a lost attempt is settled as uncertain, and after',
    short: true,
    async run(stage) {
      const { apps, query, sink } = stage.world;
      sink.behave({ final: () => new Promise(() => undefined) });
      await stage.send(4);
      await stage.until(
        'all are out, and none is answered',
        async () => (await attempts(stage, 'in_progress')) === 4 && sink.copies.length >= 4,
      );
      stage.mayDuplicate(await stage.inFlight());
      await Promise.all([apps.kill('attempt-worker'), apps.get(APP).stop()]);
      stage.faulted();
      sink.behave({});
      await query(`update attempts set started_at = started_at - interval '1 hour' where status = 'in_progress'`);
      await killedWhileStarting(stage, 'record_settlements.before');
      stage.check((await attempts(stage, 'in_progress')) === 4, 'lost attempts were settled before it was asked for');
      await killedWhileStarting(stage, 'record_settlements.after');
      stage.check((await attempts(stage, 'in_progress')) === 0, 'lost attempts were not settled together');
    },
  },
  {
    id: 'scheduler-two-one-frozen',
    component: APP,
    fault: 'Two under load, one of them frozen for 3 s and woken',
    short: true,
    async run(stage) {
      const { apps } = stage.world;
      await apps.start(APP, { name: 'scheduler-2' });
      const traffic = stage.traffic(40);
      await stage.until('both work', () => stage.commands.length > 40);
      await apps.get(APP).freeze();
      const frozenAtMs = performance.now();
      stage.faulted();
      await stage.until('much has come meanwhile', () => performance.now() - frozenAtMs > 3000);
      await traffic.stop();
      await stage.settled();
      apps.get(APP).signal('SIGCONT');
      await stage.send(20);
      await stage.settled();
    },
  },
  {
    id: 'scheduler-rows-stuck',
    component: APP,
    fault: 'Rows that nothing can settle, expire or give back, ahead of others',
    short: true,
    async run(stage) {
      const { apps, query } = stage.world;
      const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
      await stage.send(6, { door: 'http', command: { deliver_at: inAnHour } });
      const ids = (
        await query<{ delivery_id: string }>('select delivery_id from deliveries where starts_with(idempotency_key, $1) order by 1', [
          stage.tag,
        ])
      ).map(({ delivery_id }) => delivery_id);
      await Promise.all([apps.get(APP).freeze(), apps.get('attempt-worker').freeze()]);
      // The first of each two is bad, and has waited for longer.
      for (const [index, set] of [
        `status = 'in_progress', scheduled_at = now(), claimed_at = now() - $2::interval, started_at = now() - $2::interval, worker_id = 'nobody', token = gen_random_uuid()`,
        `status = 'claimed', scheduled_at = now(), claimed_at = now() - $2::interval`,
      ].entries()) {
        for (const [n, ago] of ['2 hours', '1 hour'].entries()) {
          await query(`update attempts set ${set} where delivery_id = $1`, [ids[index * 2 + n], ago]);
        }
      }
      for (const [n, ago] of ['2 hours', '1 hour'].entries()) {
        await query('update deliveries set expires_at = now() - $2::interval where delivery_id = $1', [ids[4 + n], ago]);
      }
      const bad = [ids[0], ids[2], ids[4]];
      await query(`create function refuse_some() returns trigger language plpgsql as $$
        begin
          if new.delivery_id in ('${bad.join(`', '`)}') then raise exception 'refused' using errcode = 'check_violation'; end if;
          return new;
        end $$`);
      await query('create trigger refuse_some before update on attempts for each row execute function refuse_some()');
      try {
        stage.faulted();
        for (const app of [APP, 'attempt-worker']) apps.get(app).signal('SIGCONT');
        await stage.until('the others are dealt with', async () => {
          const rows = await query(`select from attempts where delivery_id = any($1::uuid[]) and number = 1 and status = 'ended'`, [
            [ids[1], ids[3], ids[5]],
          ]);
          return rows.length === 3;
        });
        await stage.until('all bad rows are told of', () => {
          const kinds = apps
            .get(APP)
            .log()
            .flatMap(({ event, kind }) => (event === 'row_stuck' ? [kind] : []));
          return ['recover', 'give_back', 'expire'].every((kind) => kinds.includes(kind));
        });
        stage.check(
          apps
            .get(APP)
            .log()
            .every(({ event }) => event !== 'turn_failed'),
          'a turn failed for a row',
        );
      } finally {
        await query('drop trigger refuse_some on attempts; drop function refuse_some()');
      }
      await stage.until('the rows are stuck no more', () =>
        apps
          .get(APP)
          .log()
          .some(({ event }) => event === 'row_unstuck'),
      );
    },
  },
];
