import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { untilAttempts } from './postgres-parts.ts';

/** Starts the worker anew with this failpoint, hands over one command, and waits until the failpoint has killed it. */
async function killedAt(stage: Stage, point: string): Promise<void> {
  const { apps } = stage.world;
  await apps.get('attempt-worker').stop();
  const worker = await apps.start('attempt-worker', { env: { MAIL_FAILPOINTS: `${point}=kill` } });
  await stage.send(1);
  await worker.exited;
  stage.faulted();
}

/** How often the mail of the one command came. */
function copies({ world, commands }: Stage): number {
  return world.sink.copies.filter(({ recipient }) => commands[0]?.recipients.includes(recipient)).length;
}

export const workerScenarios: readonly Scenario[] = [
  {
    id: 'worker-killed-after-take',
    component: 'attempt-worker',
    fault: 'SIGKILL after the take has committed, before MAIL',
    short: true,
    async run(stage) {
      const { apps } = stage.world;
      await apps.get('attempt-worker').stop();
      await stage.send(1);
      // An empty take would be the first to pass the failpoint.
      await untilAttempts(stage, 'claimed', 1);
      stage.faulted();
      await apps.runToEnd('attempt-worker', { MAIL_FAILPOINTS: 'take_attempts.after=kill' });
      stage.check((await stage.inFlight()) === 1, 'the worker was killed without an attempt in its hands');
      stage.check(copies(stage) === 0, 'a mail went out before its attempt was known to have started');
    },
  },
  {
    id: 'worker-killed-before-250',
    component: 'attempt-worker',
    fault: 'SIGKILL after the final dot, before its 250',
    short: true,
    async run(stage) {
      const { apps, sink } = stage.world;
      const worker = apps.get('attempt-worker');
      sink.behave({ final: () => new Promise(() => undefined) });
      await stage.send(1);
      await stage.until('the mail is out', () => copies(stage) === 1);
      stage.mayDuplicate(await stage.inFlight());
      await apps.kill(worker.name);
      stage.faulted();
    },
  },
  {
    id: 'worker-killed-before-record',
    component: 'attempt-worker',
    fault: 'SIGKILL after the 250, before its outcome is written',
    short: true,
    async run(stage) {
      stage.mayDuplicate(1);
      await killedAt(stage, 'record_and_take.before');
      stage.check(copies(stage) === 1, 'the mail was not sent before its outcome was to be written');
    },
  },
  {
    id: 'worker-killed-after-record',
    component: 'attempt-worker',
    fault: 'SIGKILL after its outcome is written',
    async run(stage) {
      await killedAt(stage, 'record_and_take.after');
    },
  },
];
