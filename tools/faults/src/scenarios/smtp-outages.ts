import type { Scenario } from '../scenario.ts';
import { copiesTo, whatBecame } from '../what-became.ts';

/** As many mails as the worker sends at once, by its settings. */
const SLOTS = 8;
/** How long it waits for a server that says nothing, by its settings. */
const SMTP_TIMEOUT_MS = 3000;

export const smtpOutageScenarios: readonly Scenario[] = [
  {
    id: 'smtp-down-for-too-long',
    component: 'SMTP server',
    fault: 'down for longer than MAIL_PROVIDER_TROUBLE_LIMIT, and than the retry schedule',
    async run(stage) {
      const { apps, toSmtp, query } = stage.world;
      await apps.restart('attempt-worker', { MAIL_RETRY_SCHEDULE: '100ms,100ms', MAIL_PROVIDER_TROUBLE_LIMIT: '1s' });
      toSmtp.mode('refuse');
      stage.faulted();
      await stage.send(2);
      await stage.settled();
      const became = await whatBecame(stage);
      for (const { key, status, attempts } of became) {
        stage.check(status === 'dead_letter' && attempts.length > 3, `${key} became ${status} after ${attempts.length} attempts`);
      }
      const letters = await query<{ reason: string; attempts: number; error: string | null }>(
        `select reason, attempts, error from dead_letters join deliveries using (delivery_id) where idempotency_key = any($1)`,
        [became.map(({ key }) => key)],
      );
      stage.check(letters.length === 2, `${letters.length} dead letters for two mails`);
      for (const { reason, attempts, error } of letters) {
        stage.check(
          reason === 'provider_trouble_limit_passed' && attempts > 3 && error !== null,
          `a dead letter says ${reason}, ${attempts}, ${error}`,
        );
      }
    },
  },
  {
    id: 'smtp-down-past-expiry',
    component: 'SMTP server',
    fault: 'down until expires_at has passed',
    async run(stage) {
      const { world } = stage;
      world.toSmtp.mode('refuse');
      stage.faulted();
      const expiring = await stage.send(2, { command: () => ({ expires_at: new Date(Date.now() + 2500).toISOString() }) });
      await stage.settled();
      world.heal();
      // Had one been left to be sent, it would go before this one.
      await stage.send(1);
      await stage.settled();
      for (const { address, status, end_reason } of await whatBecame(stage, expiring)) {
        stage.check(status === 'expired' && end_reason === 'expires_at_passed', `${address} ended as ${status} (${end_reason})`);
        stage.check(copiesTo(stage, address) === 0, `${address} was sent after its time`);
      }
    },
  },
  {
    id: 'smtp-superseded-meanwhile',
    component: 'SMTP server',
    fault: 'holds the answer while a newer mail takes the place of the one in progress',
    async run(stage) {
      const { sink } = stage.world;
      let decided = (): void => undefined;
      const newerIsIn = new Promise<void>((resolve) => (decided = resolve));
      sink.behave({
        async final({ recipients: [recipient = ''] }) {
          if (recipient.includes('-newer@')) return null;
          await newerIsIn;
          return recipient.includes('-refused@') ? '451 4.3.0 says the scenario' : null;
        },
      });
      const older = await Promise.all(
        ['taken', 'refused'].map(async (ending) => {
          const [command] = await stage.send(1, { door: 'http', recipients: [ending], command: { supersede_key: ending } });
          return command?.recipients[0] ?? '';
        }),
      );
      await stage.until('both are at their final dot', () => older.every((address) => copiesTo(stage, address) === 1));
      stage.faulted();
      const superseding = (key: string) => stage.send(1, { door: 'http', recipients: ['newer'], command: { supersede_key: key } });
      await Promise.all([superseding('taken'), superseding('refused')]);
      decided();
      await stage.settled();
      for (const { address, status, attempts } of await whatBecame(stage)) {
        const expected = address.includes('-refused@') ? 'superseded' : 'sent';
        stage.check(status === expected, `${address} ended as ${status}`);
        stage.check(attempts.length === 1 && copiesTo(stage, address) === 1, `${address} was tried ${attempts.length} times`);
      }
    },
  },
  {
    id: 'smtp-slow',
    component: 'SMTP server',
    fault: 'answers nobody, with every slot of the worker busy, when an urgent mail comes',
    async run(stage) {
      const { sink, query } = stage.world;
      let over = (): void => undefined;
      const slowness = new Promise<null>((resolve) => (over = () => resolve(null)));
      sink.behave({ rcpt: (recipient) => (recipient.includes('-bulk@') ? slowness : null) });
      stage.faulted();
      await stage.send(3 * SLOTS, { door: 'http', recipients: ['bulk'], command: { priority: 'bulk' } });
      await stage.until('every slot is busy', async () => (await stage.inFlight()) >= SLOTS);
      const [urgent] = await stage.send(1, { door: 'http', recipients: ['urgent'], command: { priority: 'high' } });
      await stage.until('the urgent mail is out', () => copiesTo(stage, urgent?.recipients[0] ?? '') === 1);
      over();
      await stage.settled();
      const [row] = await query<{ waited_ms: number; overtakers: number }>(
        `select extract(epoch from a.started_at - d.created_at)::float8 * 1000 as waited_ms,
          (select count(*)::int from attempts b where b.started_at > d.created_at and b.started_at < a.started_at) as overtakers
        from deliveries d join attempts a using (delivery_id) where d.idempotency_key = $1`,
        [urgent?.key],
      );
      const { waited_ms: waitedMs = Infinity, overtakers = Infinity } = row ?? {};
      stage.check(waitedMs < 2 * SMTP_TIMEOUT_MS, `an urgent mail waited ${waitedMs} ms for a slot`);
      stage.check(overtakers <= SLOTS, `${overtakers} bulk mails were begun after an urgent one had come, and before it`);
    },
  },
];
