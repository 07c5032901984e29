import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';

const APP = 'attempt-worker';
const SECOND_SIGTERM = 128 + 15;
const forever = new Promise<never>(() => undefined);

const copies = ({ world, tag }: Stage): number => world.sink.copies.filter(({ recipient }) => recipient.startsWith(tag)).length;
const stopping = (stage: Stage): boolean =>
  stage.world.apps
    .get(APP)
    .log()
    .some(({ event }) => event === 'stopping');

export const workerStoppedScenarios: readonly Scenario[] = [
  {
    id: 'worker-stopped-under-load',
    component: APP,
    fault: 'SIGTERM under load: what is in flight is finished, the rest left to others',
    short: true,
    async run(stage) {
      const { apps, sink } = stage.world;
      sink.behave({ final: () => new Promise((answer) => setTimeout(() => answer(null), 200)) });
      const traffic = stage.traffic(30);
      await stage.until('mails go out', () => copies(stage) >= 20);
      stage.faulted();
      const { code } = await apps.get(APP).stop();
      stage.check(code === 0, `the worker ended with ${code ?? 'a signal'}`);
      stage.check((await stage.inFlight()) === 0, 'attempts were left in progress');
      await traffic.stop();
    },
  },
  {
    id: 'worker-stopped-overdue',
    component: APP,
    fault: 'SIGTERM with the SMTP server hanging past MAIL_SHUTDOWN_TIMEOUT',
    async run(stage) {
      const { apps, sink } = stage.world;
      const worker = await apps.restart(APP, { MAIL_SHUTDOWN_TIMEOUT: '500ms' });
      let held = 0;
      sink.behave({
        mail: () => {
          held += 1;
          return forever;
        },
      });
      await stage.send(4);
      await stage.until('all are in flight', () => held >= 4);
      stage.faulted();
      const { code } = await worker.stop();
      stage.check(code === 1, `the worker ended with ${code ?? 'a signal'}, though not everything was finished in time`);
    },
  },
  {
    id: 'worker-stopped-twice',
    component: APP,
    fault: 'A second SIGTERM while the first waits for the SMTP server',
    async run(stage) {
      const { apps, sink } = stage.world;
      const worker = apps.get(APP);
      sink.behave({ final: () => forever });
      await stage.send(2);
      await stage.until('all are out', () => copies(stage) >= 2);
      stage.mayDuplicate(await stage.inFlight());
      worker.signal('SIGTERM');
      await stage.until('the worker is stopping', () => stopping(stage));
      stage.faulted();
      worker.signal('SIGTERM');
      const { code } = await worker.exited;
      stage.check(code === SECOND_SIGTERM, `the worker ended with ${code ?? 'a signal'} at the second SIGTERM`);
    },
  },
];
