import type { Scenario } from '../scenario.ts';
import { copiesTo, whatBecame } from '../what-became.ts';
import type { SinkBehaviour } from '../world/fault-sink.ts';

/** Three tries. Trouble is tried again as often as it takes, and no more slowly than this. */
const SCHEDULE = '100ms,100ms';
const TRIES = 3;

const troubles: readonly { readonly id: string; readonly fault: string; readonly behaviour: SinkBehaviour }[] = [
  { id: 'login', fault: '535 to MAIL on connections that were ready', behaviour: { mail: () => '535 5.7.8 says the scenario' } },
  { id: 'throttle', fault: '454 to the final dot', behaviour: { final: () => '454 4.7.0 says the scenario' } },
  { id: 'relay', fault: '554 5.7.1 to every recipient', behaviour: { rcpt: () => '554 5.7.1 Relay access denied' } },
];

const LIMIT = 5;

/** Takes so many recipients a transaction, of one mail at a time. */
function limited(reply: string): SinkBehaviour {
  let taken = 0;
  return {
    mail() {
      taken = 0;
      return null;
    },
    rcpt: () => ((taken += 1) > LIMIT ? reply : null),
  };
}

export const smtpProviderTroubleScenarios: readonly Scenario[] = [
  ...troubles.map(({ id, fault, behaviour }): Scenario => ({
    id: `smtp-refuses-${id}`,
    component: 'SMTP server',
    fault: `${fault}, for longer than the retry schedule`,
    ...(id === 'relay' ? { short: true as const } : {}),
    async run(stage) {
      const { apps, sink } = stage.world;
      await apps.restart('attempt-worker', { MAIL_RETRY_SCHEDULE: SCHEDULE });
      // One has gone through a moment before.
      await stage.send(1);
      await stage.settled();
      sink.behave(behaviour);
      stage.faulted();
      const sent = await stage.send(4);
      const became = await stage.until('each was tried more often than the schedule has tries', async () => {
        const rows = await whatBecame(stage, sent);
        return rows.length === sent.length && rows.every(({ status, attempts }) => status !== 'queued' || attempts.length > TRIES) && rows;
      });
      for (const { key, status, attempts } of became) {
        const outcomes = [...new Set(attempts.map(({ outcome }) => outcome))].join();
        stage.check(status === 'queued' && outcomes === 'transport_failed', `${key} is ${status} after attempts that were ${outcomes}`);
      }
      // What was thrown back after its final dot came whole each time, and was never taken.
      if (id === 'throttle') stage.mayDuplicate(became.reduce((sum, { attempts }) => sum + attempts.length + 2, 0));
      sink.behave({});
      await stage.settled();
      for (const { key, status } of await whatBecame(stage)) stage.check(status === 'sent', `${key} ended as ${status}`);
    },
  })),
  {
    id: 'smtp-refuses-for-too-long',
    component: 'SMTP server',
    fault: 'refuses the login for longer than MAIL_PROVIDER_TROUBLE_LIMIT',
    async run(stage) {
      const { apps, sink, query } = stage.world;
      await apps.restart('attempt-worker', { MAIL_PROVIDER_TROUBLE_LIMIT: '1s' });
      sink.behave({ mail: () => '530 5.7.0 says the scenario' });
      stage.faulted();
      await stage.send(2);
      await stage.settled();
      for (const { key, status, end_reason } of await whatBecame(stage)) {
        stage.check(status === 'dead_letter' && end_reason === 'provider_trouble_limit_passed', `${key} became ${status} (${end_reason})`);
      }
      const letters = await query<{ reason: string; smtp_code: number | null }>(
        `select reason, smtp_code from dead_letters join deliveries using (delivery_id) where starts_with(idempotency_key, $1)`,
        [stage.tag],
      );
      stage.check(
        letters.length === 2 && letters.every(({ reason, smtp_code }) => reason === 'provider_trouble_limit_passed' && smtp_code === 530),
        `the dead letters say ${JSON.stringify(letters)}`,
      );
    },
  },
  {
    id: 'smtp-refuses-one-recipient',
    component: 'SMTP server',
    fault: '554 5.7.1 to one recipient while others are accepted',
    async run(stage) {
      stage.world.sink.behave({ rcpt: (recipient) => (recipient.includes('-denied@') ? '554 5.7.1 Relay access denied' : null) });
      stage.faulted();
      const traffic = stage.traffic(10);
      const refused = await stage.send(2, { recipients: ['denied'] });
      await stage.until('they have ended', async () => (await whatBecame(stage, refused)).every(({ status }) => status !== 'queued'));
      await traffic.stop();
      await stage.settled();
      for (const { address, status, outcome } of await whatBecame(stage)) {
        const denied = address.includes('-denied@');
        stage.check(status === (denied ? 'failed' : 'sent'), `${address} ended as ${status}`);
        stage.check(outcome === (denied ? 'refused' : 'accepted'), `${address} is ${outcome}`);
      }
    },
  },
  {
    id: 'smtp-too-many-recipients',
    component: 'SMTP server',
    fault: '452 and 552 to every recipient past the fifth of a transaction',
    short: true,
    async run(stage) {
      stage.faulted();
      for (const reply of ['452 4.5.3 Too many recipients', `552 5.5.3 Maximum limit of ${LIMIT} recipients reached`]) {
        stage.world.sink.behave(limited(reply));
        await stage.send(1, { recipients: 25 });
        await stage.settled();
      }
      for (const { address, status, outcome, attempts } of await whatBecame(stage)) {
        stage.check(status === 'sent' && outcome === 'accepted', `${address} is ${outcome}, its delivery ${status}`);
        stage.check(attempts.length === 1, `the delivery of ${address} took ${attempts.length} attempts`);
        stage.check(copiesTo(stage, address) === 1, `${copiesTo(stage, address)} copies came for ${address}`);
      }
    },
  },
];
