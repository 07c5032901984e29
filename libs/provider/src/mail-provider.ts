import type { AttemptResult } from '@mail/domain';
import type { OutgoingMail } from './outgoing-mail.js';
import type { PhaseTimes } from './phase-times.js';

/** Is told what became of a mail after all, once at most, after its attempt ended as `listening`. */
export type OnLate = (result: AttemptResult) => void;

/** Where mails leave the system. */
export interface MailProvider {
  /**
   * Makes one attempt. Every failure of the dialogue is an `AttemptResult`; rejects only where a failure of ours came before its first
   * byte, so that no attempt was made. `times` is told of each phase of the dialogue.
   */
  send(mail: OutgoingMail, times?: PhaseTimes | null, onLate?: OnLate): Promise<AttemptResult>;
  /** Sessions that listen for a reply that is overdue, beside the attempts in flight. */
  readonly listening: number;
  /** Waits for the attempts in flight, then up to `listenMs` for overdue replies, and says goodbye. Nothing keeps the process alive afterwards. */
  close(listenMs?: number): Promise<void>;
}
