import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import type { Cut } from '../world/fault-proxy.ts';
import type { App } from '../world/mail-apps.ts';
import { expectNoneEnds, untilAttempts } from './postgres-parts.ts';

interface Write {
  readonly app: App;
  /** Names it in ids; also what the client says as it asks for it: a prepared statement's name is in its every use. */
  readonly name: string;
  readonly bytes?: string;
  /** Has this write done, with something to write. From `arm` on the next one to be asked for is cut. */
  run(stage: Stage, arm: () => void): Promise<void>;
}

/** Freezes an app, so that what it does next is known when it goes on. */
async function frozen(stage: Stage, app: App, work: () => Promise<void>): Promise<void> {
  const running = stage.world.apps.get(app);
  running.signal('SIGSTOP');
  try {
    await work();
  } finally {
    running.signal('SIGCONT');
  }
}

const SIDES = { before: 'before the server saw', after: 'after the server did' } as const;

const writes: readonly Write[] = [
  {
    app: 'intake-api',
    name: 'accept_deliveries',
    async run(stage, arm) {
      arm();
      await stage.send(1, { door: 'http' });
    },
  },
  {
    app: 'stream-consumer',
    name: 'commit',
    bytes: 'commit\0',
    async run(stage, arm) {
      arm();
      await stage.send(3, { door: 'stream' });
    },
  },
  {
    app: 'scheduler',
    name: 'claim_due_attempts',
    run: (stage, arm) =>
      frozen(stage, 'scheduler', async () => {
        await stage.send(3, { door: 'http' });
        arm();
      }),
  },
  {
    app: 'scheduler',
    name: 'give_back_stale_claims',
    run: (stage, arm) =>
      frozen(stage, 'attempt-worker', async () => {
        await stage.send(1, { door: 'http' });
        await untilAttempts(stage, 'claimed', 1);
        await frozen(stage, 'scheduler', async () => {
          await stage.world.query(`update attempts set claimed_at = claimed_at - interval '1 hour' where status = 'claimed'`);
          arm();
        });
        await stage.until('it is claimed anew', async () => {
          const [row] = await stage.world.query<{ fresh: boolean }>(
            `select claimed_at > now() - interval '30 minutes' as fresh from attempts where status = 'claimed'`,
          );
          return row?.fresh;
        });
      }),
  },
  {
    app: 'attempt-worker',
    name: 'take_attempts',
    run: (stage, arm) =>
      frozen(stage, 'attempt-worker', async () => {
        await stage.send(3, { door: 'http' });
        await untilAttempts(stage, 'claimed', 3);
        arm();
      }),
  },
  {
    app: 'attempt-worker',
    name: 'record_and_take',
    async run(stage, arm) {
      arm();
      await stage.send(1);
    },
  },
];

function lostAnswer({ app, name, bytes = name, run }: Write, side: Cut['side'], how?: 'hang'): Scenario {
  const dashed = name.replaceAll('_', '-');
  return {
    id: `postgres-${how === undefined ? 'reset' : 'silent'}-${side}-${app === 'stream-consumer' ? 'offset-' : ''}${dashed}`,
    component: 'PostgreSQL',
    fault: `The ${app}’s connection ${how === undefined ? 'reset' : 'silent for ever'} ${SIDES[side]} its \`${name}\``,
    ...(side === 'after' && how === undefined && ['accept_deliveries', 'commit'].includes(name) ? { short: true } : {}),
    async run(stage) {
      const noneEnded = expectNoneEnds(stage);
      const cut: Cut = { bytes, side, ...(how === undefined ? {} : { how }) };
      let isCut = false;
      await run(stage, () => {
        void stage.world.toPostgres
          .get(app)
          ?.cut(cut)
          .then(() => {
            isCut = true;
            stage.faulted();
          });
      });
      await stage.until('the connection is cut', () => isCut);
      if (name === 'accept_deliveries') {
        const replayed = stage.commands[0]?.answer?.replayed === true;
        stage.check(replayed === (side === 'after'), 'the second try was not answered by what had become of the first');
      }
      // While a silent connection stays open: nobody tells the server that it has been given up.
      await stage.settled();
      stage.check((await recovered(stage)) === 0, 'an attempt was given up as lost');
      noneEnded();
    },
  };
}

/** Attempts that recovery had to settle. */
async function recovered({ world, tag }: Stage): Promise<number> {
  const [row] = await world.query<{ count: number }>(
    `select count(*)::int as count from attempts join deliveries using (delivery_id) where outcome = 'uncertain' and starts_with(idempotency_key, $1)`,
    [tag],
  );
  return row?.count ?? 0;
}

const silent = ['accept_deliveries', 'commit', 'take_attempts'];

/** For each write that counts: the connection is lost just before it, and just after it, when its answer is all that is missing. */
export const postgresLostAnswers: readonly Scenario[] = writes.flatMap((write) => [
  lostAnswer(write, 'before'),
  lostAnswer(write, 'after'),
  ...(silent.includes(write.name) ? [lostAnswer(write, 'before', 'hang')] : []),
]);
