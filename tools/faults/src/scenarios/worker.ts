import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { whatBecame } from '../what-became.ts';
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

const GENERIC = { title: 'A notice', body: 'Of another build.' };

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
    id: 'worker-template-unreadable',
    component: 'attempt-worker',
    fault: 'the database fails while a template version of another build is read, before MAIL',
    short: true,
    async run(stage) {
      const { apps, query } = stage.world;
      await apps.get('attempt-worker').stop();
      const content = { mode: 'template', template_id: 'notification.generic', variables: GENERIC };
      const [command] = await stage.send(1, { command: { content } });
      await untilAttempts(stage, 'claimed', 1);
      // As if another build had accepted it.
      await query(
        `insert into template_versions select template_id, $1, version, recorded_at from template_versions
        where template_id = 'notification.generic' limit 1 returning 1`,
        [stage.tag],
      );
      await query('update deliveries set template_hash = $1 where idempotency_key = $2 returning 1', [stage.tag, command?.key]);
      const worker = await apps.start('attempt-worker', { env: { MAIL_FAILPOINTS: 'read_template_version.before=error' } });
      stage.faulted();
      await stage.settled();
      stage.check(
        worker.log().some(({ event }) => event === 'attempt_not_begun'),
        'the version was read at the first go',
      );
      for (const { key, status, attempts } of await whatBecame(stage)) {
        const outcomes = attempts.map(({ outcome }) => outcome).join();
        stage.check(status === 'sent' && outcomes === 'provider_accepted', `${key} is ${status}, its attempts ${outcomes}`);
      }
      stage.check(copies(stage) === 1, `${copies(stage)} copies came`);
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
