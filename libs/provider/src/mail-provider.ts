import type { AttemptResult } from '@mail/domain';
import type { OutgoingMail } from './outgoing-mail.js';
import type { PhaseTimes } from './phase-times.js';

/** Where mails leave the system. */
export interface MailProvider {
  /** Makes one attempt. Never rejects: every failure, a bug included, is an `AttemptResult`. `times` is told of each phase of the dialogue. */
  send(mail: OutgoingMail, times?: PhaseTimes | null): Promise<AttemptResult>;
  /** Waits for the attempts in flight, then says goodbye. Nothing keeps the process alive afterwards. */
  close(): Promise<void>;
}
