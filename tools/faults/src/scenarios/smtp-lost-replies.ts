import type { Scenario } from '../scenario.ts';
import { attempted, copiesTo, whatBecame } from '../what-became.ts';
import { hastySettings } from '../world/hasty-settings.ts';

/** Of each recipient, whether this is its first mail. */
function firstOfEach(): (recipient: string | undefined) => boolean {
  const seen = new Set<string | undefined>();
  return (recipient) => {
    const first = !seen.has(recipient);
    seen.add(recipient);
    return first;
  };
}

const OVERTIME_MS = 1.5 * parseInt(hastySettings['MAIL_SMTP_TIMEOUT'] ?? '', 10) * 1000;

export const smtpLostReplyScenarios: readonly Scenario[] = [
  {
    id: 'smtp-lost-reply',
    component: 'SMTP server',
    fault: 'hangs up after the final dot, without a reply',
    short: true,
    async run(stage) {
      const isFirst = firstOfEach();
      stage.world.sink.behave({ final: ({ recipients: [recipient] }) => (isFirst(recipient) ? 'disconnect' : null) });
      stage.faulted();
      // One second copy for each that is to be tried again.
      stage.mayDuplicate(2);
      await stage.send(2, { recipients: ['retry'] });
      await stage.send(2, { recipients: ['hold'], command: { on_uncertain: 'hold' } });
      await stage.settled();
      for (const { address, status, attempts } of await whatBecame(stage)) {
        const held = address.includes('-hold@');
        const copies = copiesTo(stage, address);
        stage.check(attempts[0]?.outcome === 'uncertain', `an attempt without a reply became ${attempts[0]?.outcome}`);
        stage.check(status === (held ? 'uncertain' : 'sent'), `${address} ended as ${status}`);
        stage.check(copies === (held ? 1 : 2), `${copies} copies came for ${address}`);
      }
    },
  },
  {
    id: 'smtp-reply-in-overtime',
    component: 'SMTP server',
    fault: '250 to the final dot after 1.5 times MAIL_SMTP_TIMEOUT',
    short: true,
    async run(stage) {
      const { apps, sink } = stage.world;
      await apps.restart('attempt-worker', { MAIL_SMTP_FINAL_REPLY_TIMEOUT: '30s' });
      sink.behave({ final: () => new Promise((answer) => setTimeout(() => answer(null), OVERTIME_MS)) });
      stage.faulted();
      await stage.send(4);
      for (const { attempts } of await attempted(stage)) {
        stage.check(attempts[0]?.outcome === 'uncertain', `an attempt whose reply is overdue became ${attempts[0]?.outcome}`);
      }
      await stage.settled();
      for (const { address, status, attempts } of await whatBecame(stage)) {
        const outcomes = attempts.map(({ outcome }) => outcome).join();
        stage.check(status === 'sent' && outcomes === 'provider_accepted,cancelled', `${address} is ${status}, its attempts ${outcomes}`);
        stage.check(copiesTo(stage, address) === 1, `${copiesTo(stage, address)} copies came for ${address}`);
      }
    },
  },
  {
    id: 'smtp-late-reply',
    component: 'SMTP server',
    fault: '250 to the final dot after the client has stopped listening',
    async run(stage) {
      const isFirst = firstOfEach();
      let given = (): void => undefined;
      const late = new Promise<null>((resolve) => (given = () => resolve(null)));
      stage.world.sink.behave({ final: ({ recipients: [recipient] }) => (isFirst(recipient) ? late : null) });
      stage.faulted();
      stage.mayDuplicate(2);
      await stage.send(2);
      await stage.settled();
      const became = await whatBecame(stage);
      given();
      stage.check(
        became.every(({ attempts: [first] }) => first?.outcome === 'uncertain'),
        'a reply that did not come in time was taken for an answer',
      );
      for (const { address, status } of await whatBecame(stage)) {
        stage.check(
          status === 'sent' && copiesTo(stage, address) === 2,
          `${copiesTo(stage, address)} copies for ${address}, which is ${status}`,
        );
      }
    },
  },
];
