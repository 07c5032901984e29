import { setTimeout as pause } from 'node:timers/promises';
import type { Drill, Scene } from '../drill.ts';

/** One worker with one slot, and a server that takes its time: two mails a second, and four workers four times as many. */
async function slowly({ configure, world }: Scene): Promise<void> {
  await configure(['attempt-worker'], { MAIL_ATTEMPT_WORKER_CONCURRENCY: '1' });
  world.sink.behave({
    final: async () => {
      await pause(500);
      return null;
    },
  });
}

const AGE = `interval '10 minutes'`;

export const slowMailDrills: readonly Drill[] = [
  {
    alert: 'MailDeliveriesSlow',
    fault: 'more mails than the one worker can send, accepted 10 minutes ago',
    shows: [/^normal +\d/m],
    // Until the last of the late ones is out, and the window of 30 s has passed.
    endsWithinMs: 75_000,
    async cause(scene) {
      await slowly(scene);
      await scene.send(200, { door: 'http' });
      await scene.world.query(
        `update deliveries set created_at = created_at - ${AGE} where starts_with(idempotency_key, $1) and status = 'queued' returning 1`,
        [scene.tag],
      );
    },
    afterwards: ({ allReceived }) => allReceived(),
  },
  {
    alert: 'MailOverdue',
    fault: 'more mails than the one worker can send, due for 10 minutes',
    shows: [/^normal +\d/m],
    async cause(scene) {
      await slowly(scene);
      await scene.send(200, { door: 'http' });
      await scene.world.query(
        `update attempts a set scheduled_at = scheduled_at - ${AGE} from deliveries d
        where d.delivery_id = a.delivery_id and starts_with(d.idempotency_key, $1) and a.status in ('scheduled', 'claimed') returning 1`,
        [scene.tag],
      );
    },
    afterwards: ({ allReceived }) => allReceived(),
  },
  {
    alert: 'MailLoginCodesSlow',
    fault: 'more login codes than the one worker can send',
    shows: [/"slow":"take"|"slow":"claim"/],
    async cause(scene) {
      await slowly(scene);
      await scene.sendCodes(100);
    },
    afterwards: ({ allReceived }) => allReceived(),
  },
];
