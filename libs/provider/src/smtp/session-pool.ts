import type { SmtpSession } from './smtp-session.js';

/** Servers drop idle clients after minutes at most; so early that we are the ones who close. */
const IDLE_MS = 10_000;
/** Bounds what one connection may accumulate, and spreads load over a server's addresses. A stricter server says 421. */
const MAX_USES = 500;

/** As many places as connections are allowed. Who has a place has a session, used or to be opened, for one mail. */
export class SessionPool {
  readonly #places: number;
  #free: number;
  readonly #idle: SmtpSession[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(maxConnections: number) {
    this.#places = maxConnections;
    this.#free = maxConnections;
  }

  /** Resolves with a place, first come, first served. */
  place(): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
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
    session.onSilence(IDLE_MS, () => void this.#dismiss(session));
  }

  /** Waits until every place is free, keeps them all, and says goodbye to the sessions. */
  async close(): Promise<void> {
    await Promise.all(Array.from({ length: this.#places }, () => this.place()));
    await Promise.all(this.#idle.splice(0).map((session) => session.quit()));
  }

  async #dismiss(session: SmtpSession): Promise<void> {
    const at = this.#idle.indexOf(session);
    if (at === -1) return;
    this.#idle.splice(at, 1);
    // An idle session leaves a place free. It takes it for its goodbye, so that there are never more connections than places.
    await this.place();
    await session.quit();
    this.leave();
  }
}
