import { setTimeout as pause } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { holdFinals } from './hold-finals.ts';
import { expectNoneEnds, isRefusal, untilAttempts, untilRefused, withPatience } from './postgres-parts.ts';

const ACCEPTS_AGAIN_WITHIN_MS = 5000;
const ROUNDS = 20;
const ROUND_MS = 500;
const ALL = 'mail %';
const LISTENERS = 'mail % listen';

/** Ends the connections of the apps whose name is like this. Returns how many there were. */
async function terminate({ world }: Stage, nameLike: string): Promise<number> {
  const [row] = await world.query<{ count: number }>(
    'select count(pg_terminate_backend(pid))::int as count from pg_stat_activity where datname = current_database() and application_name like $1',
    [nameLike],
  );
  return row?.count ?? 0;
}

function restarted(how: 'fast' | 'immediate', fault: string): Scenario {
  return {
    id: `postgres-restarted-${how}`,
    component: 'PostgreSQL',
    fault,
    ...(how === 'immediate' ? { short: true } : {}),
    async run(stage) {
      const { postgres } = stage.world;
      await withPatience(stage);
      const noneEnded = expectNoneEnds(stage);
      const traffic = stage.traffic(20);
      await stage.until('there is traffic', async () => (await stage.stored()) >= 20);
      await postgres.stop(how);
      stage.faulted();
      await untilRefused(stage);
      await postgres.start();
      const upMs = performance.now();
      await stage.until('the intake accepts again', async () => {
        const [sent] = await stage.send(1, { door: 'http', once: true });
        return sent?.acknowledgement === 'acknowledged';
      });
      const tookMs = Math.round(performance.now() - upMs);
      stage.check(tookMs < ACCEPTS_AGAIN_WITHIN_MS, `the intake accepted again ${tookMs} ms after PostgreSQL was up`);
      await traffic.stop();
      noneEnded();
    },
  };
}

export const postgresOutages: readonly Scenario[] = [
  restarted('fast', 'Restarted in order under load'),
  restarted('immediate', 'Crashed and restarted under load'),
  {
    id: 'postgres-connections-terminated',
    component: 'PostgreSQL',
    fault: 'Every connection ended twice a second for 10 s, under load',
    async run(stage) {
      await withPatience(stage);
      const noneEnded = expectNoneEnds(stage);
      const traffic = stage.traffic(20);
      await stage.until('there is traffic', async () => (await stage.stored()) >= 10);
      stage.faulted();
      let ended = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        ended += await terminate(stage, ALL);
        await pause(ROUND_MS);
      }
      stage.check(ended >= ROUNDS, `only ${ended} connections were there to be ended`);
      await traffic.stop();
      noneEnded();
    },
  },
  {
    id: 'postgres-frozen',
    component: 'PostgreSQL',
    fault: 'SIGSTOP of the server and its backends for longer than every time-out, with mails in flight, then SIGCONT',
    short: true,
    async run(stage) {
      const { postgres, sink } = stage.world;
      const noneEnded = expectNoneEnds(stage);
      const finals = holdFinals(sink);
      await stage.send(4);
      await untilAttempts(stage, 'in_progress', 4);
      await stage.until('all are out', () => finals.held === 4);
      stage.mayDuplicate(4);
      postgres.freeze(true);
      try {
        stage.faulted();
        finals.release();
        // They end only once they have waited for their time-out, or for those before them.
        const sent = await stage.send(10, { door: 'http', once: true });
        const others = sent.filter(({ answer }) => !isRefusal(answer)).map(({ answer }) => answer?.status ?? 'nothing');
        stage.check(others.length === 0, `while PostgreSQL was frozen the intake answered ${others.join(', ')}, not 503 with Retry-After`);
      } finally {
        postgres.freeze(false);
      }
      await stage.send(4);
      noneEnded();
    },
  },
  {
    id: 'postgres-listeners-terminated',
    component: 'PostgreSQL',
    fault: 'The connections that listen for notifications ended again and again, under load',
    async run(stage) {
      const ended = { count: 0 };
      let enough = false;
      const ending = (async () => {
        while (!enough) ended.count += await terminate(stage, LISTENERS);
      })();
      try {
        await stage.until('some have been ended', () => ended.count >= 2);
        stage.faulted();
        await stage.send(20);
        await stage.settled();
        await stage.until('those that came back have been ended too', () => ended.count >= 4);
      } finally {
        enough = true;
        await ending;
      }
    },
  },
];
