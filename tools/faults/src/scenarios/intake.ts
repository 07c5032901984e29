import { setTimeout as pause } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { killedAt } from './killed-at.ts';

const APP = 'intake-api';

interface CommitPoint {
  readonly point: string;
  /** Whether what was handed over is stored when the process is dead. */
  readonly stored: boolean;
  readonly supersedeKey?: string;
}

/** Kills the intake at a commit point while eight commands are on their way in; their callers try again with the same keys. */
async function killedAtCommit(stage: Stage, { point, stored, supersedeKey }: CommitPoint): Promise<void> {
  const command = supersedeKey === undefined ? {} : { supersede_key: `${stage.tag}-${supersedeKey}` };
  const { begun } = await killedAt(stage, APP, point, () => stage.send(8, { door: 'http', command }));
  const left = await stage.stored();
  stage.check(stored === left > 0, `${left} deliveries are stored after a kill at ${point}`);
  await stage.world.apps.start(APP);
  const commands = await begun;
  const replayed = commands.filter(({ answer }) => answer?.replayed === true).length;
  // What was on its way to the server at the kill may have been stored after it.
  stage.check(stored ? replayed >= left : replayed === 0, `${left} were stored before the kill, and ${replayed} were answered as known`);
}

export const intakeScenarios: readonly Scenario[] = [
  {
    id: 'intake-killed-again-and-again',
    component: APP,
    fault: 'SIGKILL 300–900 ms after each start, while callers try again with the same keys',
    async run(stage) {
      const { apps } = stage.world;
      for (let kill = 0; kill < 4; kill += 1) {
        const traffic = stage.traffic(60, { door: 'http' });
        await pause(300 + 600 * stage.random());
        await apps.kill(APP);
        stage.faulted();
        const answered = traffic.stop();
        await apps.start(APP);
        await answered;
      }
      stage.check(stage.commands.length >= 60, `only ${stage.commands.length} commands were handed over`);
    },
  },
  {
    id: 'intake-killed-before-insert',
    component: APP,
    fault: 'SIGKILL before the acceptance reaches the database',
    run: (stage) => killedAtCommit(stage, { point: 'accept_deliveries.before', stored: false }),
  },
  {
    id: 'intake-killed-after-insert',
    component: APP,
    fault: 'SIGKILL after the acceptance is durable, before its 202',
    short: true,
    run: (stage) => killedAtCommit(stage, { point: 'accept_deliveries.after', stored: true }),
  },
  {
    id: 'intake-killed-before-commit',
    component: APP,
    fault: 'SIGKILL between superseding and its COMMIT',
    run: (stage) => killedAtCommit(stage, { point: 'commit.before', stored: false, supersedeKey: 'turn' }),
  },
  {
    id: 'intake-killed-after-commit',
    component: APP,
    fault: 'SIGKILL after the COMMIT of superseding, before its 202',
    run: (stage) => killedAtCommit(stage, { point: 'commit.after', stored: true, supersedeKey: 'turn' }),
  },
  {
    id: 'intake-caller-hangs-up',
    component: APP,
    fault: 'The caller hangs up right before the commit, another right after it',
    async run(stage) {
      const { apps } = stage.world;
      // The second passing is that of the first caller who tries again.
      const points = { before: 'accept_deliveries.before=stop', after: 'accept_deliveries.after@3=stop' };
      const intake = await apps.restart(APP, { MAIL_FAILPOINTS: `${points.before},${points.after}` });
      for (const [index, key] of (['before', 'after'] as const).entries()) {
        const hangingUp = new AbortController();
        const asked = stage.send(1, { door: 'http', key, once: true, hangUp: hangingUp.signal });
        const stopped = (): boolean => intake.log().filter(({ event }) => event === 'failpoint_hit').length > index;
        await stage.until(`the intake stops ${key} the commit`, stopped);
        const already = await stage.stored();
        stage.check(already === (key === 'before' ? 0 : 2), `${already} are stored where the intake stopped ${key} the commit`);
        stage.faulted();
        hangingUp.abort();
        const [left] = await asked;
        stage.check(left?.acknowledgement === 'unknown', 'a caller that hung up was answered');
        intake.signal('SIGCONT');
        await stage.until('the command is stored', async () => (await stage.stored()) > index);
        const [again] = await stage.send(1, { door: 'http', key });
        stage.check(again?.answer?.replayed === true, 'the key of a caller that hung up was not known');
      }
    },
  },
  {
    id: 'intake-stopped-under-load',
    component: APP,
    fault: 'SIGTERM under load: what is under way is answered',
    async run(stage) {
      const { apps } = stage.world;
      // It stands still with a batch in hand when the signal comes.
      const intake = await apps.restart(APP, { MAIL_FAILPOINTS: 'accept_deliveries.before@20=stop' });
      const traffic = stage.traffic(60, { door: 'http' });
      await stage.until('commands are on their way in', () => intake.log().some(({ event }) => event === 'failpoint_hit'));
      stage.faulted();
      const stopped = intake.stop();
      intake.signal('SIGCONT');
      const { code } = await stopped;
      stage.check(code === 0, `the intake ended with ${code ?? 'a signal'}`);
      const answered = traffic.stop();
      await apps.start(APP);
      await answered;
      // A command that was stored, and whose caller never heard so, would be known when tried again.
      const unanswered = stage.commands.filter(({ answer }) => answer?.replayed !== false).length;
      stage.check(unanswered === 0, `${unanswered} accepted commands were left without their answer`);
    },
  },
];
