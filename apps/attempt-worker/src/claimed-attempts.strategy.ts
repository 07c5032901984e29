import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { isEffectUnknown, type TakenAttempt } from '@mail/persistence';
import type { Logger, Loop } from '@mail/runtime';
import { isObservable, lastValueFrom } from 'rxjs';
import { LostTakes } from './lost-takes.js';
import type { AttemptRecords } from './record-attempts.js';

/** The pattern under which a taken attempt arrives at its handler. */
export const ATTEMPT_TAKEN = 'attempt.taken';

export interface ClaimedAttemptsOptions {
  /** Takes and starts claimed attempts, and writes what has come of those before. */
  readonly records: Pick<AttemptRecords, 'waiting' | 'locked' | 'take' | 'writeAndTake' | 'flush'>;
  /** Gives back what is in progress by this worker, but for these attempts. Returns the ids of what it gave back. */
  readonly giveBack: (known: readonly string[]) => Promise<string[]>;
  /** The longest that a statement takes, in ms: its answer is lost then, though it may take effect for as long again. */
  readonly statementMs: number;
  /** Attempts that are being sent at most. */
  readonly concurrency: number;
  readonly pollIntervalMs: number;
  readonly startLoop: (turn: () => Promise<'again' | number>) => Loop;
  /** Calls back with the most urgent lane of which attempts may have been claimed; polling finds what it misses. */
  readonly subscribe: (wake: (lane: number) => void) => { close(): Promise<void> };
  readonly logger: Logger;
}

/** So long a turn waits for those whose sending is about to end, so that they are recorded, and replaced, together. */
const GATHER_MS = 5;
/** No longer once this many times as many wait to be recorded as are still being sent, … */
const RIPE = 8;
/** … or so many, over which what a statement costs by itself is spread: it runs while others are being sent. */
const ENOUGH = 16;
/** So many are begun in one turn of the event loop: between, answers are read, and the next statement begins. */
const AT_ONCE = 4;
const URGENT_LANE = 0;
/** So many times as many outcomes as slots are kept beside them for rows that somebody holds, before that holds up the taking. */
const LOCKED_BESIDE = 4;
/** For so long after urgent mail was told of, one slot in so many is kept free for the next. */
const RESERVE = { forMs: 10_000, oneIn: 8 };

/**
 * Nest transport over claimed attempts: takes as many as there are free slots, each of which is sent at once, so that none
 * waits in memory while it counts as in progress. Each is one event for the handler of `ATTEMPT_TAKEN`. A slot is free again
 * once its mail has been sent; the turn that takes the next writes the outcome in the same statement. Outcomes that cannot be
 * written hold up the taking once there are as many as slots; those of rows that another transaction holds, once there are many more. Urgent mail does not wait for a statement that is under way: it is
 * taken beside it, into slots that were kept free since the last one came.
 */
export class ClaimedAttemptsStrategy extends Server implements CustomTransportStrategy {
  /** An attempt that ended without a record is this transport's to tell. */
  override readonly propagatesEventHandlerErrors = true;
  private handler: MessageHandler | null = null;
  /** Taken, and without a written outcome. */
  private readonly inFlight = new Set<string>();
  /** Of these, whose mail is being sent: each holds a slot. */
  private readonly sending = new Set<string>();
  /** Their mail may be out, and no outcome is written: never to be given back, but recovered as uncertain. */
  private readonly unsettled = new Set<string>();
  private readonly lostTakes: LostTakes;
  private stopping = false;
  /** How many attempts the turn's statement asks for, while it is under way. */
  private asking: number | null = null;
  private urgentTake: Promise<void> | null = null;
  private urgentAgain = false;
  private reservedUntilMs = -Infinity;
  private loop: Loop | null = null;
  private subscription: { close(): Promise<void> } | null = null;
  private onIdle: (() => void) | null = null;
  /** Ends the gathering that is under way: at once, or once enough have gathered. */
  private gathering: { readonly end: () => void; readonly endIfRipe: () => void } | null = null;

  constructor(private readonly options: ClaimedAttemptsOptions) {
    super();
    const known = (): string[] => [...this.inFlight, ...this.unsettled];
    this.lostTakes = new LostTakes({ giveBack: options.giveBack, known, effectMs: options.statementMs, logger: options.logger });
  }

  listen(callback: () => void): void {
    const loop = this.options.startLoop(() => this.turn());
    this.loop = loop;
    this.subscription = this.options.subscribe((lane) => {
      if (lane === URGENT_LANE) this.heedUrgent();
      this.gathering?.end();
      loop.wake();
    });
    callback();
  }

  /** Attempts whose mail is being sent. */
  get busy(): number {
    return this.sending.size;
  }

  /** To be called when the sending of an attempt has ended, and its outcome waits to be written. */
  sent(attemptId: string): void {
    this.sending.delete(attemptId);
    this.gathering?.endIfRipe();
    this.loop?.wake();
  }

  /** Takes nothing more, gives back what did not start, and waits for what is in flight. */
  async close(): Promise<void> {
    this.stopping = true;
    await this.loop?.stop();
    await this.urgentTake;
    await this.subscription?.close();
    this.options.records.flush();
    const idle = this.inFlight.size === 0 ? null : new Promise<void>((resolve) => (this.onIdle = resolve));
    await Promise.all([idle, this.lostTakes.settled()]);
  }

  on(): void {
    // There are no events to subscribe to.
  }

  unwrap<T>(): T {
    return this.options as T;
  }

  private async turn(): Promise<'again' | number> {
    // Nothing is given back while a take is under way.
    await this.urgentTake;
    await this.lostTakes.look();
    const { records, concurrency, pollIntervalMs } = this.options;
    await this.gathered();
    // The outcomes of these are being written by another statement, or cannot be, for now.
    const beside = Math.min(records.locked, LOCKED_BESIDE * concurrency);
    const kept = this.inFlight.size - this.sending.size - records.waiting - beside;
    const reserved = performance.now() < this.reservedUntilMs ? Math.floor(concurrency / RESERVE.oneIn) : 0;
    const free = Math.max(0, concurrency - reserved - Math.max(this.sending.size, kept));
    // What frees a slot wakes the loop.
    if (free === 0 && records.waiting === 0) return pollIntervalMs;
    this.asking = free;
    const taken = await this.perform(records.writeAndTake(free)).finally(() => (this.asking = null));
    return free > 0 && taken === free ? 'again' : pollIntervalMs;
  }

  /** The next turn takes what is urgent first, and begins now, unless a statement is under way. */
  private heedUrgent(): void {
    this.reservedUntilMs = performance.now() + RESERVE.forMs;
    this.urgentAgain = true;
    this.urgentTake ??= this.takeUrgent().finally(() => (this.urgentTake = null));
  }

  private async takeUrgent(): Promise<void> {
    while (this.urgentAgain && this.asking !== null && !this.stopping) {
      this.urgentAgain = false;
      const free = this.options.concurrency - this.sending.size - this.asking;
      // What fails here, the next turn tries again, and tells of.
      if (free > 0) await this.perform(this.options.records.take(free)).catch(() => undefined);
    }
  }

  private get ripe(): boolean {
    const { waiting } = this.options.records;
    return waiting >= ENOUGH || waiting >= RIPE * this.sending.size;
  }

  private async gathered(): Promise<void> {
    if (this.options.records.waiting === 0 || this.ripe || this.stopping) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        this.gathering = null;
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(end, GATHER_MS);
      const endIfRipe = (): void => {
        if (this.ripe) end();
      };
      this.gathering = { end, endIfRipe };
    });
  }

  /** Has what a take brings be sent, and answers how many. What must not be sent any more is left to be given back. */
  private async perform(take: Promise<TakenAttempt[]>): Promise<number> {
    const askedAtMs = performance.now();
    try {
      const taken = await take;
      // An answer that is older than any can be was read by a process that was frozen: recovery may have settled them meanwhile.
      const old = performance.now() - askedAtMs > this.options.statementMs;
      if (taken.length > 0 && (old || this.stopping)) {
        this.lostTakes.add(0);
        return 0;
      }
      // Each holds a slot from now on.
      for (const { attempt_id } of taken) {
        this.inFlight.add(attempt_id);
        this.sending.add(attempt_id);
      }
      this.sendOutFrom(taken, 0);
      return taken.length;
    } catch (error) {
      if (isEffectUnknown(error)) this.lostTakes.add();
      throw error;
    }
  }

  private sendOutFrom(taken: readonly TakenAttempt[], begun: number): void {
    const next = begun + AT_ONCE;
    for (const attempt of taken.slice(begun, next)) void this.sendOut(attempt);
    if (next < taken.length) setImmediate(() => this.sendOutFrom(taken, next));
  }

  private async sendOut(attempt: TakenAttempt): Promise<void> {
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
      this.unsettled.add(attempt_id);
      this.options.logger.error({ event: 'attempt_unsettled', attempt_id, delivery_id, err: error }, 'an attempt ended without a record');
    } finally {
      this.inFlight.delete(attempt.attempt_id);
      this.sending.delete(attempt.attempt_id);
      this.loop?.wake();
      if (this.inFlight.size === 0) this.onIdle?.();
    }
  }
}
