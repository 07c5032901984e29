import type { Scenario } from '../scenario.ts';
import { apps as allApps } from '../world/mail-apps.ts';

const COMPONENT = 'whole system';
/** sysexits.h: a service that is needed is down. */
const SERVICE_DOWN = 69;

/** In an order that the run's seed decides (Fisher–Yates). */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [one, two] = [order[last], order[other]];
    if (one !== undefined && two !== undefined) [order[last], order[other]] = [two, one];
  }
  return order;
}

export const systemScenarios: readonly Scenario[] = [
  {
    id: 'system-killed-whole',
    component: COMPONENT,
    fault: 'SIGKILL to all five and a crash of PostgreSQL under load; started in any order',
    short: true,
    async run(stage) {
      const { apps, postgres } = stage.world;
      const traffic = stage.traffic(30);
      await stage.until('it works', () => stage.commands.length >= 40);
      // Frozen first, so that what is in flight can be counted.
      await apps.get('attempt-worker').freeze();
      stage.mayDuplicate(await stage.inFlight());
      await Promise.all([...allApps.map((app) => apps.kill(app)), postgres.stop('immediate')]);
      stage.faulted();
      const answered = traffic.stop();
      const order = shuffled(['postgres', ...allApps] as const, stage.random);
      const tooEarly = order.slice(0, order.indexOf('postgres')).filter((one) => one !== 'postgres');
      await Promise.all(
        tooEarly.map(async (app) => {
          const { code } = await apps.runToEnd(app);
          stage.check(code === SERVICE_DOWN, `${app} ended with ${code ?? 'a signal'}, though PostgreSQL was down`);
        }),
      );
      await postgres.start();
      await apps.makeWhole(new Set());
      await answered;
    },
  },
  {
    id: 'system-stopped-in-order',
    component: COMPONENT,
    fault: 'SIGTERM to all five under load, in any order',
    async run(stage) {
      const { apps, sink } = stage.world;
      sink.behave({ final: () => new Promise((answer) => setTimeout(() => answer(null), 200)) });
      const traffic = stage.traffic(30);
      await stage.until('mails go out', () => sink.copies.filter(({ recipient }) => recipient.startsWith(stage.tag)).length >= 20);
      stage.faulted();
      await Promise.all(
        shuffled(allApps, stage.random).map(async (app) => {
          const { code } = await apps.get(app).stop();
          stage.check(code === 0, `${app} ended with ${code ?? 'a signal'}`);
        }),
      );
      stage.check((await stage.inFlight()) === 0, 'attempts were left in progress');
      const answered = traffic.stop();
      await apps.makeWhole(new Set());
      await answered;
    },
  },
];
