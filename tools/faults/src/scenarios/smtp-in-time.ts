import type { Scenario } from '../scenario.ts';
import { holdFinals } from './hold-finals.ts';

const COUNT = 4;
/** Far from it, however busy the machine is. */
const IN_TIME = { MAIL_SMTP_TIMEOUT: '15s' };

export const smtpInTimeScenarios: readonly Scenario[] = [
  {
    id: 'smtp-slow-in-time',
    component: 'SMTP server',
    fault: 'takes its time for the final reply, and keeps within the time-out, with slots of the worker free',
    async run(stage) {
      const { apps, sink, query } = stage.world;
      await Promise.all([apps.restart('scheduler', IN_TIME), apps.restart('attempt-worker', IN_TIME)]);
      const finals = holdFinals(sink);
      await stage.send(COUNT);
      await stage.until('all are out', () => finals.held >= COUNT);
      stage.faulted();
      // Recovery looks four times a second: had it taken one of them for lost, a free slot would have sent it again.
      await stage.until('all are out for long', async () => {
        const [row] = await query<{ count: number }>(
          `select count(*)::int as count from attempts a join deliveries d using (delivery_id)
          where starts_with(d.idempotency_key, $1) and a.number = 1 and a.started_at < now() - interval '2 s'`,
          [stage.tag],
        );
        return row?.count === COUNT;
      });
      stage.check((await stage.inFlight()) === COUNT, 'an attempt was taken for lost while its worker still sent it');
      finals.release();
      await stage.settled();
    },
  },
];
