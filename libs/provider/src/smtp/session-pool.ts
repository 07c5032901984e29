import type { SmtpSession } from './smtp-session.js';

/** Bounds what one connection may accumulate, and spreads load over a server's addresses. A stricter server says 421. */
const MAX_USES = 500;

/** As many places as connections are allowed. Who has a place has a session, used or to be opened, for one mail. */
export class SessionPool {
  readonly #places: number;
  readonly #idleMs: number;
  readonly #idle: SmtpSession[] = [];
  readonly #waiting: ((given: boolean) => void)[] = [];
  #free: number;
  #closed = false;

  constructor(maxConnections: number, idleMs: number) {
    this.#places = maxConnections;
    this.#free = maxConnections;
    this.#idleMs = idleMs;
  }

  /** Resolves with a place, first come, first served; with false once the pool is closed. */
  place(): Promise<boolean> {
    return this.#closed ? Promise.resolve(false) : this.#next();
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next(true);
  }

  /** The session that was used last and is still good. */
  takeIdle(): SmtpSession | null {
    for (let session = this.#idle.pop(); session !== undefined; session = this.#idle.pop()) {
      if (session.usable) return session;
      session.lose('closed', 'not needed any more');
    }
    return null;
  }

  /** Keeps a session for the next mail, or says goodbye when it has served enough. */
  async keep(session: SmtpSession): Promise<void> {
    if (!session.usable || session.uses >= MAX_USES) return session.quit();
    this.#idle.push(session);
    session.onSilence(this.#idleMs, () => void this.#dismiss(session));
  }

  /** Gives no more places, waits until those that are taken come back, and says goodbye to the sessions. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#waiting.splice(0)) waiting(false);
    await Promise.all(Array.from({ length: this.#places }, () => this.#next()));
    await Promise.all(this.#idle.splice(0).map((session) => session.quit()));
  }

  #next(): Promise<boolean> {
    if (this.#free === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#free--;
    return Promise.resolve(true);
  }

  async #dismiss(session: SmtpSession): Promise<void> {
    const at = this.#idle.indexOf(session);
    if (at === -1) return;
    this.#idle.splice(at, 1);
    // An idle session leaves a place free. It takes it for its goodbye, so that there are never more connections than places.
    await this.#next();
    await session.quit();
    this.leave();
  }
}
