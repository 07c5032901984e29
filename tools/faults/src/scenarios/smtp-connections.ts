import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { whatBecame } from '../what-became.ts';

/** Sends one mail, so that the worker keeps a connection for the next. */
async function keepAConnection(stage: Stage): Promise<void> {
  await stage.send(1);
  await stage.settled();
}

/** What befell a kept connection is nobody's attempt. */
async function checkSingleAttempts(stage: Stage): Promise<void> {
  await stage.settled();
  for (const { key, status, attempts } of await whatBecame(stage)) {
    stage.check(status === 'sent' && attempts.length === 1, `${key} became ${status}, after ${attempts.length} attempts`);
  }
}

export const smtpConnectionScenarios: readonly Scenario[] = [
  {
    id: 'smtp-421-kept',
    component: 'SMTP server',
    fault: '421 on a connection that was kept',
    short: true,
    async run(stage) {
      await keepAConnection(stage);
      let said = 0;
      stage.world.sink.behave({ mail: () => ((said += 1) === 1 ? '421 4.4.2 idle for too long' : null) });
      stage.faulted();
      await stage.send(1);
      await checkSingleAttempts(stage);
      stage.check(said === 2, `MAIL was said ${said} times, not twice`);
    },
  },
  {
    id: 'smtp-drops-idle',
    component: 'SMTP server',
    fault: 'closes idle connections without a word',
    async run(stage) {
      await keepAConnection(stage);
      stage.check(stage.world.sink.open > 0, 'no connection was kept');
      stage.world.sink.drop();
      stage.faulted();
      await stage.send(4);
      await checkSingleAttempts(stage);
    },
  },
  {
    id: 'smtp-resets',
    component: 'SMTP server',
    fault: 'every connection is reset again and again, in the middle of mails',
    async run(stage) {
      const { toSmtp } = stage.world;
      const traffic = stage.traffic(20);
      for (let resets = 1; resets <= 4; resets += 1) {
        await stage.until('some more is sent', () => stage.commands.length >= resets * 10);
        stage.mayDuplicate(await stage.inFlight());
        // What starts between the count and the reset is in flight as well.
        stage.mayDuplicate(toSmtp.reset());
        stage.faulted();
      }
      await traffic.stop();
      await stage.settled();
    },
  },
];
