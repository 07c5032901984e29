import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';

const APP = 'attempt-worker';
const forever = new Promise<never>(() => undefined);

const mine = ({ tag }: Stage, recipient: string): boolean => recipient.startsWith(tag);
const copies = (stage: Stage): number => stage.world.sink.copies.filter(({ recipient }) => mine(stage, recipient)).length;

/** SIGKILL to the worker, once it is known what exactly it has in flight. */
async function killedInFlight(stage: Stage): Promise<void> {
  const { apps } = stage.world;
  await apps.get(APP).freeze();
  stage.mayDuplicate(await stage.inFlight());
  await apps.kill(APP);
  stage.faulted();
}

export const workerInFlightScenarios: readonly Scenario[] = [
  {
    id: 'worker-killed-in-every-phase',
    component: APP,
    fault: 'SIGKILL with four in flight: after MAIL, before 354, in the middle of the body, after the final dot',
    short: true,
    async run(stage) {
      const { sink, toSmtp, apps } = stage.world;
      const reached = { rcpt: 0, data: 0, final: 0 };
      const hold = (phase: keyof typeof reached): Promise<never> => {
        reached[phase] += 1;
        return forever;
      };
      const isFor = (phase: string, recipients: readonly string[]): boolean =>
        recipients.some((one) => one.startsWith(`${stage.tag}-${phase}-`));
      sink.behave({
        rcpt: (recipient) => (isFor('rcpt', [recipient]) ? hold('rcpt') : null),
        data: (recipients) => (isFor('data', recipients) ? hold('data') : null),
        final: ({ recipients }) => (isFor('final', recipients) ? hold('final') : null),
      });
      const inBody = toSmtp.cut({ bytes: 'Subject: Fault body', side: 'before', how: 'hang' });
      await Promise.all(['rcpt', 'data', 'body', 'final'].map((key) => stage.send(1, { door: 'http', key })));
      await inBody;
      await stage.until('each is where it is held', () => reached.rcpt > 0 && reached.data > 0 && reached.final > 0);
      stage.check((await stage.inFlight()) === 4, 'not all four are in flight');
      // Of one alone may the mail be out.
      stage.mayDuplicate(1);
      await apps.kill(APP);
      stage.faulted();
      // What the network held of the body goes with the connection.
      toSmtp.reset();
    },
  },
  {
    id: 'worker-killed-under-load',
    component: APP,
    fault: 'SIGKILL at random moments under load, with several in flight',
    async run(stage) {
      const { apps, sink } = stage.world;
      sink.behave({ final: () => new Promise((answer) => setTimeout(() => answer(null), 200)) });
      for (let kill = 1; kill <= 2; kill += 1) {
        const traffic = stage.traffic(30);
        const after = copies(stage) + 10 + Math.floor(20 * stage.random());
        await stage.until('mails go out', () => copies(stage) >= after);
        await killedInFlight(stage);
        await traffic.stop();
        await apps.start(APP);
      }
    },
  },
  {
    id: 'worker-frozen-past-recovery',
    component: APP,
    fault: 'Frozen at the final dot until another has sent its mail again, then woken',
    short: true,
    async run(stage) {
      const { apps, sink } = stage.world;
      const first = Promise.withResolvers<null>();
      sink.behave({
        final: ({ recipients }) => (recipients.some((one) => mine(stage, one)) && copies(stage) === 1 ? first.promise : null),
      });
      const [command] = await stage.send(1, { door: 'http' });
      await stage.until('the mail is out', () => copies(stage) === 1);
      const frozen = apps.get(APP);
      await frozen.freeze();
      stage.faulted();
      // Its answer waits in the socket until it wakes.
      first.resolve(null);
      stage.mayDuplicate(1);
      await apps.start(APP, { name: 'attempt-worker-2' });
      await stage.settled();
      stage.check(copies(stage) === 2, 'the mail was not sent again by the second worker');
      frozen.signal('SIGCONT');
      const told = (): boolean => frozen.log().some((line) => line['delivery_id'] === command?.deliveryId);
      await stage.until('the woken worker tells what came of its attempt', told);
      const states = await stage.world.query<{ number: number; outcome: string; status: string }>(
        `select a.number, a.outcome, d.status from attempts a join deliveries d using (delivery_id) where starts_with(d.idempotency_key, $1) order by a.number`,
        [stage.tag],
      );
      const shown = states.map(({ number, outcome }) => `${number} ${outcome}`).join(', ');
      stage.check(states.length === 2 && states.every(({ status }) => status === 'sent'), `after the late result: ${shown}`);
      stage.check(states[0]?.outcome === 'provider_accepted', `the late result did not replace the uncertain one: ${shown}`);
      stage.check(states[1]?.outcome === 'provider_accepted', `the late result changed the attempt of another: ${shown}`);
    },
  },
];
