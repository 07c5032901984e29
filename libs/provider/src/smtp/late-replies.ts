import type { OnLate } from '../mail-provider.js';
import type { TransactionEnd } from './transaction.js';
import type { SmtpSession } from './smtp-session.js';

/** Sessions that listen at most: about the memory of as many TLS connections. */
const MOST = 256;

interface Listening {
  readonly ended: Promise<void>;
  readonly timer: NodeJS.Timeout;
}

/**
 * Sessions whose attempt has ended without the reply to its final dot, each until the reply comes, the session ends, or it has been long
 * enough (RFC 5321 4.5.3.2.6: ten minutes). They hold no place of the pool. When there are too many, the oldest is given up: its attempt stays
 * uncertain.
 */
export class LateReplies {
  readonly #timeoutMs: number;
  /** In the order in which they began. */
  readonly #listening = new Map<SmtpSession, Listening>();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get size(): number {
    return this.#listening.size;
  }

  listen(session: SmtpSession, hearLate: NonNullable<TransactionEnd['hearLate']>, onLate: OnLate): void {
    const [oldest] = this.#listening.keys();
    if (this.#listening.size >= MOST) oldest?.lose('closed', 'too many sessions listen');
    const timer = setTimeout(() => session.lose('timed_out', `no answer within ${this.#timeoutMs} ms`), this.#timeoutMs);
    this.#listening.set(session, { timer, ended: this.#hear(session, hearLate, onLate) });
  }

  /** Resolves once all have heard, or `listenMs` have passed. */
  async close(listenMs: number): Promise<void> {
    const timer = setTimeout(() => {
      for (const session of this.#listening.keys()) session.lose('closed', 'not needed any more');
    }, listenMs);
    await Promise.all([...this.#listening.values()].map(({ ended }) => ended));
    clearTimeout(timer);
  }

  async #hear(session: SmtpSession, hearLate: NonNullable<TransactionEnd['hearLate']>, onLate: OnLate): Promise<void> {
    const result = await hearLate();
    clearTimeout(this.#listening.get(session)?.timer);
    this.#listening.delete(session);
    if (result !== null) onLate(result);
    await session.quit();
  }
}
