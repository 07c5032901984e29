import type { Scenario } from '../scenario.ts';
import type { SentCommand } from '../verify/verify.ts';
import { killedAt } from './killed-at.ts';

const APP = 'intake-api';
const CONTENDERS = 100;
const CONFLICT = 422;

/** Each of them another command. */
const another = (index: number) => ({ content: { mode: 'rendered', subject: `Contender ${index}`, text: `I am ${index}.` } });
const statuses = (commands: readonly SentCommand[]): string => commands.map(({ answer }) => answer?.status).join(' ');

export const oneKeyScenarios: readonly Scenario[] = [
  {
    id: 'intake-one-key-in-parallel',
    component: APP,
    fault: 'A hundred requests at once with one key, the same command and different ones, and SIGKILL after the first commit',
    short: true,
    async run(stage) {
      const { begun } = await killedAt(stage, APP, 'accept_deliveries.after', () =>
        Promise.all([
          stage.send(CONTENDERS, { door: 'http', key: 'same' }),
          stage.send(CONTENDERS, { door: 'http', key: 'different', command: another }),
        ]),
      );
      await stage.world.apps.start(APP);
      const [same, different] = await begun;
      const ids = new Set(same.map(({ deliveryId }) => deliveryId));
      stage.check(ids.size === 1 && !ids.has(null), `one command with one key was answered with ${ids.size} ids`);
      const accepted = different.filter(({ acknowledgement }) => acknowledgement === 'acknowledged').length;
      const refused = different.filter(({ answer }) => answer?.status === CONFLICT).length;
      stage.check(
        accepted === 1 && refused === CONTENDERS - 1,
        `of different commands with one key ${accepted} were accepted, ${refused} refused`,
      );
      const again = await stage.send(CONTENDERS, { door: 'http', key: 'different', command: another });
      stage.check(statuses(again) === statuses(different), 'whoever tried again was answered otherwise');
    },
  },
  {
    id: 'intake-one-key-both-doors',
    component: APP,
    fault: 'One key by HTTP and by the stream at once, the same command and different ones',
    async run(stage) {
      stage.faulted();
      await Promise.all([stage.send(20, { door: 'http', key: 'same' }), stage.send(20, { door: 'stream', key: 'same' })]);
      const [http] = await Promise.all([
        stage.send(1, { door: 'http', key: 'different', command: another }),
        stage.send(5, { door: 'stream', key: 'different', command: (index) => another(index + 1) }),
      ]);
      // Either the one by HTTP was first, or one by the stream; every other is visibly refused.
      const malformed = http[0]?.acknowledgement === 'acknowledged' ? 5 : 4;
      const conflicts = (): Promise<{ count: number }[]> =>
        stage.world.query<{ count: number }>(
          `select count(*)::int as count from malformed_commands where idempotency_key = $1 and code = 'idempotency_conflict'`,
          [`${stage.tag}-different`],
        );
      await stage.until(`${malformed} conflicts are recorded`, async () => (await conflicts())[0]?.count === malformed);
    },
  },
];
