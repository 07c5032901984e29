import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import type { ProxyMode } from '../world/fault-proxy.ts';
import type { App } from '../world/mail-apps.ts';
import { holdFinals } from './hold-finals.ts';
import { expectNoneEnds, loggedFromNow, offsetOf, untilAttempts, untilEnded, untilRefused, withPatience } from './postgres-parts.ts';

type Outage = Exclude<ProxyMode, 'pass'>;
const OUTAGES: Readonly<Record<Outage, string>> = { refuse: 'refused', hang: 'silent' };

/** Between one app and PostgreSQL; the others go on. */
function cutOff(stage: Stage, app: App, mode: ProxyMode): void {
  stage.world.toPostgres.get(app)?.mode(mode);
  stage.faulted();
}

interface CutOff {
  readonly app: App;
  readonly mode: Outage;
  /** What it means for whom. */
  readonly more: string;
  readonly patient?: true;
  run(stage: Stage): Promise<void>;
}

function scenario({ app, mode, more, patient, run }: CutOff): Scenario {
  return {
    id: `postgres-${OUTAGES[mode]}-to-${app}`,
    component: 'PostgreSQL',
    fault: `${mode === 'refuse' ? 'Refuses' : 'Silent to'} the ${app} alone${more}`,
    ...(patient ? { short: true } : {}),
    async run(stage) {
      if (patient) await withPatience(stage);
      const noneEnded = expectNoneEnds(stage);
      await run(stage);
      noneEnded();
    },
  };
}

const intakeCutOff = (mode: Outage): Scenario =>
  scenario({
    app: 'intake-api',
    mode,
    more: ': 503, while the stream goes on',
    async run(stage) {
      cutOff(stage, 'intake-api', mode);
      await untilRefused(stage);
      await untilEnded(stage, await stage.send(5, { door: 'stream' }));
      await untilRefused(stage);
      cutOff(stage, 'intake-api', 'pass');
      await stage.send(5, { door: 'http' });
    },
  });

const consumerCutOff = (mode: Outage): Scenario =>
  scenario({
    app: 'stream-consumer',
    mode,
    more: ': the offset stands still, while HTTP goes on',
    async run(stage) {
      await untilEnded(stage, await stage.send(2, { door: 'stream' }));
      const before = await offsetOf(stage);
      const noticed = loggedFromNow(stage, 'stream-consumer', 'turn_failed');
      cutOff(stage, 'stream-consumer', mode);
      await stage.send(5, { door: 'stream' });
      await untilEnded(stage, await stage.send(5, { door: 'http' }));
      await stage.until('the consumer notices', noticed);
      stage.check((await offsetOf(stage)) === before, 'the offset moved while the consumer was cut off');
      cutOff(stage, 'stream-consumer', 'pass');
      await stage.settled();
    },
  });

const schedulerCutOff = (mode: Outage): Scenario =>
  scenario({
    app: 'scheduler',
    mode,
    more: ': what is accepted waits',
    async run(stage) {
      const noticed = loggedFromNow(stage, 'scheduler', 'turn_failed');
      cutOff(stage, 'scheduler', mode);
      await stage.send(6);
      await stage.until('all are stored', async () => (await stage.stored()) === 6);
      await stage.until('the scheduler notices', noticed);
      await untilAttempts(stage, 'scheduled', 6);
      cutOff(stage, 'scheduler', 'pass');
      await stage.settled();
    },
  });

/** With so many mails out and their answers outstanding, so that none of their outcomes is written yet. */
async function mailsInFlight(stage: Stage, count: number): Promise<{ release(): void }> {
  const finals = holdFinals(stage.world.sink);
  await stage.send(count, { door: 'http' });
  await stage.until('all are out', () => finals.held === count);
  await untilAttempts(stage, 'in_progress', count);
  return finals;
}

export const postgresCutOff: readonly Scenario[] = [
  intakeCutOff('refuse'),
  intakeCutOff('hang'),
  consumerCutOff('refuse'),
  consumerCutOff('hang'),
  schedulerCutOff('refuse'),
  schedulerCutOff('hang'),
  scenario({
    app: 'attempt-worker',
    mode: 'refuse',
    more: ' with mails in flight: their outcomes are kept, and written when it is back; nothing new is taken',
    patient: true,
    async run(stage) {
      const finals = await mailsInFlight(stage, 4);
      const kept = loggedFromNow(stage, 'attempt-worker', 'outcome_kept');
      cutOff(stage, 'attempt-worker', 'refuse');
      finals.release();
      await stage.until('an outcome is kept', kept);
      await stage.send(4);
      await untilAttempts(stage, 'claimed', 4);
      stage.check((await stage.inFlight()) === 4, 'the worker took something while it could write no outcome');
      cutOff(stage, 'attempt-worker', 'pass');
      await stage.settled();
    },
  }),
  scenario({
    app: 'attempt-worker',
    mode: 'hang',
    more: ' with mails in flight, past their deadline: recovered as uncertain',
    async run(stage) {
      const finals = await mailsInFlight(stage, 3);
      stage.mayDuplicate(3);
      cutOff(stage, 'attempt-worker', 'hang');
      finals.release();
      await untilAttempts(stage, 'in_progress', 0);
      stage.check(
        stage.world.sink.copies.filter(({ recipient }) => recipient.startsWith(stage.tag)).length === 3,
        'the worker sent while it was cut off',
      );
      cutOff(stage, 'attempt-worker', 'pass');
      await stage.settled();
    },
  }),
  {
    id: 'postgres-refused-past-recovery',
    component: 'PostgreSQL',
    fault: 'Refuses the attempt-worker alone until its attempts count as uncertain: their late success cancels the retries',
    async run(stage) {
      const { apps } = stage.world;
      await apps.get('scheduler').stop();
      await apps.start('scheduler', { env: { MAIL_RETRY_SCHEDULE: '2m,2m' } });
      const finals = await mailsInFlight(stage, 3);
      cutOff(stage, 'attempt-worker', 'refuse');
      finals.release();
      await untilAttempts(stage, 'in_progress', 0);
      cutOff(stage, 'attempt-worker', 'pass');
      await stage.settled();
    },
  },
];
