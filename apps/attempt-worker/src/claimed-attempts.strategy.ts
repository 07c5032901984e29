import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import type { TakenAttempt } from '@mail/persistence';
import type { Logger, Loop } from '@mail/runtime';
import { isObservable, lastValueFrom } from 'rxjs';

/** The pattern under which a taken attempt arrives at its handler. */
export const ATTEMPT_TAKEN = 'attempt.taken';

export interface ClaimedAttemptsOptions {
  /** Takes and starts up to so many claimed attempts. */
  readonly take: (limit: number) => Promise<TakenAttempt[]>;
  /** Attempts in flight at most. */
  readonly concurrency: number;
  readonly pollIntervalMs: number;
  readonly startLoop: (turn: () => Promise<'again' | number>) => Loop;
  /** Calls back whenever attempts may have been claimed; polling finds what it misses. */
  readonly subscribe: (wake: () => void) => { close(): Promise<void> };
  readonly logger: Logger;
}

/**
 * Nest transport over claimed attempts: takes as many as there are free slots, each of which is sent at once, so that none
 * waits in memory while it counts as in progress. Each is one event for the handler of `ATTEMPT_TAKEN`.
 */
export class ClaimedAttemptsStrategy extends Server implements CustomTransportStrategy {
  /** An attempt that ended without a record is this transport's to tell. */
  override readonly propagatesEventHandlerErrors = true;
  private handler: MessageHandler | null = null;
  private inFlight = 0;
  private loop: Loop | null = null;
  private subscription: { close(): Promise<void> } | null = null;
  private onIdle: (() => void) | null = null;

  constructor(private readonly options: ClaimedAttemptsOptions) {
    super();
  }

  listen(callback: () => void): void {
    const loop = this.options.startLoop(() => this.turn());
    this.loop = loop;
    this.subscription = this.options.subscribe(() => loop.wake());
    callback();
  }

  /** Takes nothing more, and waits for what is in flight. */
  async close(): Promise<void> {
    await this.loop?.stop();
    await this.subscription?.close();
    if (this.inFlight > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
  }

  on(): void {
    // There are no events to subscribe to.
  }

  unwrap<T>(): T {
    return this.options as T;
  }

  private async turn(): Promise<'again' | number> {
    const free = this.options.concurrency - this.inFlight;
    // A slot that becomes free wakes the loop.
    if (free === 0) return this.options.pollIntervalMs;
    const taken = await this.options.take(free);
    for (const attempt of taken) void this.perform(attempt);
    return taken.length === free ? 'again' : this.options.pollIntervalMs;
  }

  private async perform(attempt: TakenAttempt): Promise<void> {
    this.inFlight += 1;
    try {
      // Found once: Nest takes the pattern apart at every look-up.
      this.handler ??= this.getHandlerByPattern(ATTEMPT_TAKEN);
      const { handler } = this;
      if (handler === null) throw new Error(`nothing handles ${ATTEMPT_TAKEN}`);
      const answer: unknown = await handler(attempt);
      // A handler that failed answers with an observable of its error.
      if (isObservable(answer)) await lastValueFrom(answer, { defaultValue: undefined });
    } catch (error) {
      // Still in progress in the database: recovery will settle it as uncertain.
      const { attempt_id, delivery_id } = attempt;
      this.options.logger.error({ event: 'attempt_unsettled', attempt_id, delivery_id, err: error }, 'an attempt ended without a record');
    } finally {
      this.inFlight -= 1;
      this.loop?.wake();
      if (this.inFlight === 0) this.onIdle?.();
    }
  }
}
