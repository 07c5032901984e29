import type { Drill } from '../drill.ts';

const REFUSAL = '451 4.3.0 Mail server temporarily rejected message';

export const smtpServerDrills: readonly Drill[] = [
  {
    alert: 'MailProviderFailing',
    fault: 'the relay is down',
    shows: [/"phase":"connect"/, /"outcome":"transport_failed"/],
    async cause({ world, send }) {
      world.toSmtp.mode('refuse');
      await send(12);
    },
    afterwards: ({ allReceived }) => allReceived(),
  },
  {
    alert: 'MailDeadLettersRising',
    fault: 'the relay puts everything off until the schedule is used up',
    shows: [/451 4\.3\.0 Mail server temporarily rejected/],
    // The window is 30 s, and has to pass.
    endsWithinMs: 60_000,
    async cause({ world, configure, send, settled }) {
      await configure(['attempt-worker', 'scheduler'], { MAIL_RETRY_SCHEDULE: '250ms' });
      world.sink.behave({ rcpt: () => REFUSAL });
      await send(12);
      await settled();
    },
    others({ world }) {
      world.sink.behave({});
      return Promise.resolve();
    },
    afterwards: ({ allReceived }) => allReceived(),
  },
];
