import type { Drill } from '../drill.ts';

/** A process that stands still, alive: nothing but a restart moves it. */
export const hungProcessDrills: readonly Drill[] = [
  {
    alert: 'MailNothingClaimed',
    fault: 'the scheduler hangs',
    shows: [/mail-scheduler .*Running/],
    async cause({ world, send }) {
      await world.apps.get('scheduler').freeze();
      await send(4);
    },
    afterwards: ({ allReceived }) => allReceived(),
  },
  {
    alert: 'MailStreamNotConsumed',
    fault: 'the stream consumer hangs',
    shows: [/mail-stream-consumer .*Running/, /"lease_ran_out":true/],
    async cause({ world, send }) {
      await world.apps.get('stream-consumer').freeze();
      await send(4, { door: 'stream' });
    },
    afterwards: ({ allReceived }) => allReceived(),
  },
  {
    alert: 'MailUrgentOverdue',
    fault: 'the only worker hangs, while a few urgent mails wait',
    shows: [/^high +\d/m],
    async cause({ world, send, until, tag }) {
      await world.apps.get('attempt-worker').freeze();
      await send(3, { command: { priority: 'high' } });
      await until('they are older than they are', async () => {
        const aged = await world.query(
          `update attempts a set scheduled_at = scheduled_at - interval '1 minute' from deliveries d
          where d.delivery_id = a.delivery_id and starts_with(d.idempotency_key, $1) and a.status in ('scheduled', 'claimed')
            and a.scheduled_at > now() - interval '1 minute' returning 1`,
          [tag],
        );
        return aged.length > 0;
      });
    },
    afterwards: ({ allReceived }) => allReceived(),
  },
  {
    alert: 'MailRetentionBehind',
    fault: 'the retention job hangs, and a delivery is there 7 hours after its window',
    shows: [/retention_swept/],
    async cause({ world, send, settled, tag }) {
      await send(1);
      await settled();
      await world.apps.get('retention-job').freeze();
      await world.query(
        `update deliveries set created_at = created_at - interval '727 hours', ended_at = ended_at - interval '727 hours'
        where starts_with(idempotency_key, $1) returning 1`,
        [tag],
      );
    },
    async afterwards({ until, stored }) {
      await until('what was overdue is deleted', async () => (await stored()) === 0);
    },
  },
];
