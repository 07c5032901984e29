import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { killedAt } from './killed-at.ts';
import { checkConsumedOnce, streamProgress } from './stream-progress.ts';

const APP = 'stream-consumer';
const ENTRIES = 30;

/** Kills the consumer at a commit point of its first batch, starts it again, and holds that each entry was consumed once. */
async function killedAtCommit(stage: Stage, { point, durable }: { point: string; durable: boolean }): Promise<void> {
  const before = await streamProgress(stage);
  const { begun } = await killedAt(stage, APP, point, () => stage.send(ENTRIES, { door: 'stream' }));
  await begun;
  const left = { stored: await stage.stored(), consumed: (await streamProgress(stage)).consumed - before.consumed };
  stage.check(left.stored === left.consumed, `${left.stored} are stored after the kill, and the offset counts ${left.consumed}`);
  stage.check(left.stored > 0 === durable, `${left.stored} are stored after a kill at ${point}`);
  await stage.world.apps.start(APP);
  await stage.settled();
  await checkConsumedOnce(stage, before, ENTRIES);
}

/** Freezes the consumer at a point of its first batch until a second has taken the stream over and consumed it, then wakes it. */
async function frozenAt(stage: Stage, point: string, env: Readonly<Record<string, string>>): Promise<void> {
  const { apps } = stage.world;
  const frozen = await apps.restart(APP, { MAIL_FAILPOINTS: `${point}=stop`, ...env });
  await apps.start(APP, { name: 'stream-consumer-2' });
  const before = await streamProgress(stage);
  await stage.send(ENTRIES, { door: 'stream' });
  await stage.until('the consumer is frozen', () => frozen.log().some(({ event }) => event === 'failpoint_hit'));
  stage.faulted();
  await stage.settled();
  const second = await streamProgress(stage);
  stage.check(second.token > before.token && second.holder !== before.holder, 'the lease did not pass to the second consumer');
  frozen.signal('SIGCONT');
  await stage.until('the woken one finds its lease gone', () => frozen.log().some(({ event }) => event === 'stream_lease_elsewhere'));
  await stage.send(ENTRIES, { door: 'stream' });
  await stage.settled();
  await checkConsumedOnce(stage, before, 2 * ENTRIES);
  stage.check((await streamProgress(stage)).token === second.token, 'the woken consumer took the lease from the second');
}

export const consumerScenarios: readonly Scenario[] = [
  {
    id: 'consumer-killed-before-insert',
    component: APP,
    fault: 'SIGKILL after XREAD, before its batch reaches the database',
    run: (stage) => killedAtCommit(stage, { point: 'accept_deliveries.before', durable: false }),
  },
  {
    id: 'consumer-killed-before-commit',
    component: APP,
    fault: 'SIGKILL after its batch is inserted, before COMMIT',
    short: true,
    run: (stage) => killedAtCommit(stage, { point: 'commit.before', durable: false }),
  },
  {
    id: 'consumer-killed-after-commit',
    component: APP,
    fault: 'SIGKILL after COMMIT, before it knows',
    short: true,
    run: (stage) => killedAtCommit(stage, { point: 'commit.after', durable: true }),
  },
  {
    id: 'consumer-frozen-past-lease',
    component: APP,
    fault: 'Frozen with a batch in hand until its lease has passed to another, then woken',
    short: true,
    // Its own statement must still go through when it wakes: what stops it is to be the fence alone.
    run: (stage) => frozenAt(stage, 'accept_deliveries.before', { MAIL_POSTGRES_OPERATION_TIMEOUT: '60s' }),
  },
  {
    id: 'consumer-frozen-in-transaction',
    component: APP,
    fault: 'Frozen between its inserts and COMMIT, holding their locks, then woken',
    run: (stage) => frozenAt(stage, 'advance_stream_offset.before', {}),
  },
  {
    id: 'consumer-two-at-once',
    component: APP,
    fault: 'Two started at once on a backlog',
    async run(stage) {
      const { apps } = stage.world;
      await apps.get(APP).stop();
      const before = await streamProgress(stage);
      await stage.send(5 * ENTRIES, { door: 'stream' });
      stage.faulted();
      await Promise.all([apps.start(APP), apps.start(APP, { name: 'stream-consumer-2' })]);
      await stage.send(ENTRIES, { door: 'stream' });
      await stage.settled();
      await checkConsumedOnce(stage, before, stage.commands.length);
      const { token } = await streamProgress(stage);
      stage.check(token === before.token + 1, `the lease was taken ${token - before.token} times, where one consumer was enough`);
    },
  },
];
