import type { AttemptResult } from '@mail/domain';
import type { MailProvider, OnLate } from './mail-provider.js';
import { NotComposable } from './mime/not-composable.js';
import type { OutgoingMail } from './outgoing-mail.js';
import type { PhaseTimes } from './phase-times.js';
import { Deadline } from './smtp/deadline.js';
import { LateReplies } from './smtp/late-replies.js';
import { SessionOpener, type Opened } from './smtp/open-session.js';
import { SessionPool } from './smtp/session-pool.js';
import type { SmtpOptions } from './smtp/smtp-options.js';
import type { SmtpSession } from './smtp/smtp-session.js';
import { Transaction, type TransactionEnd } from './smtp/transaction.js';
import { wireMessage, type WireMessage } from './smtp/wire-message.js';

type Failed = Extract<Opened, { kind: 'failed' }>;

/** Servers drop idle clients after minutes at most; so early that we are the ones who close. */
const IDLE_MS = 10_000;

/** Sends over SMTP: one mail in flight on a connection, connections kept for the next mail. */
export function smtpProvider(options: SmtpOptions): MailProvider {
  const pool = new SessionPool(options.maxConnections, options.idleMs ?? IDLE_MS);
  const opener = new SessionOpener(options);
  const late = new LateReplies(options.finalReplyTimeoutMs);
  let closed: Promise<void> | null = null;

  async function send(mail: OutgoingMail, times: PhaseTimes | null = null, onLate: OnLate = () => undefined): Promise<AttemptResult> {
    if (mail.recipients.length === 0) throw new Error('a mail without a recipient');
    let message: WireMessage;
    try {
      message = wireMessage(mail);
    } catch (error) {
      if (!(error instanceof NotComposable)) throw error;
      return { ...notSent(mail), outcome: 'render_failed', phase: 'render', error: error.message };
    }
    if (!(await pool.place())) throw new Error('the provider is closed');
    const deadline = new Deadline(options.timeoutMs);
    const progress = { begun: false };
    try {
      return await attempt(mail, message, deadline, { times, progress, onLate });
    } catch (error) {
      pool.leave();
      // A bug. Once the dialogue about the mail has begun, where it struck is not known, so that the mail may be out.
      if (!progress.begun) throw error;
      return { ...notSent(mail), outcome: 'uncertain', phase: 'final', finalDotSent: true, error: messageOf(error) };
    } finally {
      times?.end();
      deadline.cancel();
    }
  }

  /** Gives its place back when the session is ready for the next mail, after the result has been returned. */
  async function attempt(mail: OutgoingMail, message: WireMessage, deadline: Deadline, under: Underway): Promise<AttemptResult> {
    const { times, progress, onLate } = under;
    const transact = (session: SmtpSession): Promise<TransactionEnd> => {
      const transaction = new Transaction(session, mail, message, times);
      deadline.ends(() => transaction.timeIsUp(`no answer within ${deadline.ms} ms`));
      session.uses++;
      progress.begun = true;
      return transaction.run();
    };
    let session = pool.takeIdle();
    let end = session && (await transact(session));
    if (session === null || end === null || end.stillborn) {
      // A kept session may have been over before we noticed: that is no failure of the attempt, which goes on with a fresh one.
      session?.lose('closed', 'it was over');
      const opened = await opener.open(deadline, times);
      if (opened.kind === 'failed') {
        pool.leave();
        return notOpened(mail, opened);
      }
      session = opened.session;
      end = await transact(session);
    }
    if (end.hearLate === null) {
      void tidy(session, end.afterwards).finally(() => pool.leave());
    } else {
      late.listen(session, end.hearLate, onLate);
      pool.leave();
    }
    return end.result;
  }

  async function tidy(session: SmtpSession, need: TransactionEnd['afterwards']): Promise<void> {
    if (need === 'close') session.lose('closed', 'not to be used again');
    if (need === 'reset') await session.reset();
    await pool.keep(session);
  }

  return {
    send,
    get listening() {
      return late.size;
    },
    close: (listenMs = 0) => (closed ??= pool.close().then(() => late.close(listenMs))),
  };
}

/** What an attempt that is under way knows of itself and whom it tells. */
interface Underway {
  readonly times: PhaseTimes | null;
  readonly progress: { begun: boolean };
  readonly onLate: OnLate;
}

function notSent(mail: OutgoingMail): Pick<AttemptResult, 'reply' | 'recipients' | 'finalDotSent'> {
  return {
    reply: null,
    recipients: mail.recipients.map(({ position }) => ({ position, answer: 'untried', reply: null })),
    finalDotSent: false,
  };
}

function notOpened(mail: OutgoingMail, { timedOut, phase, reply, error }: Failed): AttemptResult {
  return { ...notSent(mail), outcome: timedOut ? 'timed_out' : 'transport_failed', phase, reply, error };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
