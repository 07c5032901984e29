import type { SmtpReply } from '@mail/domain';
import type { MailProvider } from './mail-provider.js';

const REPLY: SmtpReply = { code: 250, enhanced: null, text: 'stub' };

/** Accepts every recipient and sends nothing: `MAIL_SMTP_MODE=stub`. */
export function stubProvider(): MailProvider {
  return {
    send: (mail) =>
      Promise.resolve({
        outcome: 'provider_accepted',
        phase: 'final',
        reply: REPLY,
        recipients: mail.recipients.map(({ position }) => ({ position, answer: 'accepted', reply: REPLY })),
        finalDotSent: true,
        error: null,
      }),
    listening: 0,
    close: () => Promise.resolve(),
  };
}
