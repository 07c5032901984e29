import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { StreamStock } from '@mail/domain';
import type { CommandStream, StreamEntry } from './command-stream.js';
import { countEntries } from './count-entries.js';
import { findIncident, type Incident, type ReadPosition } from './find-incident.js';
import { BATCH_BYTES, nextReadSize, smallerReadSize } from './read-size.js';

/** The pattern under which a batch of entries arrives at its handler. */
export const COMMAND_BATCH = 'command.batch';

/** The pattern under which entries are shown ahead of their batch: a handler may get ready for them, and need not. */
export const COMMAND_AHEAD = 'command.ahead';

/** While reading has stopped. */
const COUNT_EVERY_MS = 60_000;

/** Of a batch that another may be read beside, since both are in memory then. */
const MOST_BYTES_BESIDE = BATCH_BYTES / 4;

export interface HeldPosition extends ReadPosition {
  /** An operator has to adopt a new stream first. */
  readonly halted: boolean;
}

/** Where the offset is kept, and who may move it. */
export interface StreamPosition {
  /** Takes or keeps the right to read; `null` while another consumer has it. */
  hold(): Promise<HeldPosition | null>;
  /** Records what was found missing, and counts it in. */
  report(incident: Incident): Promise<void>;
  /** Records what is in a stream that reading has stopped on, for whoever adopts it. */
  stocked(stock: StreamStock): Promise<void>;
  /** All is read: what the stream has counted and was not consumed was passed over, and is missed no more. */
  counted(entriesAdded: number): Promise<void>;
  /** Makes the next `hold` ask the store: what is known here may be out of date. */
  doubt(): void;
  release(): Promise<void>;
}

/** A turn's wish: the next one at once, or after so many ms. */
export type NextTurn = 'again' | number;

export interface RedisStreamOptions {
  readonly stream: CommandStream;
  readonly position: StreamPosition;
  /** How often a consumer without the lease asks for it, and a halted one whether it may go on, in ms. */
  readonly standbyMs: number;
  /** Runs turns one after another until stopped; a turn that throws is tried again later. */
  readonly start: (turn: () => Promise<NextTurn>) => { stop(): Promise<void> };
}

/**
 * Nest transport over a Redis stream: plain `XREAD` from the held offset; each batch is one event for the handler of `COMMAND_BATCH`.
 * While that stores a full batch, the next is read and shown to the handler of `COMMAND_AHEAD`.
 */
export class RedisStreamStrategy extends Server implements CustomTransportStrategy {
  /** A batch that failed is this transport's to know of: it must not read on. */
  override readonly propagatesEventHandlerErrors = true;
  private handler: MessageHandler | null = null;
  private running: { stop(): Promise<void> } | null = null;
  private stopping = false;
  private readSize = 1;
  private surveyDue = true;
  private countDueAtMs = -Infinity;
  /** What was read after the last batch, while that was being stored. */
  private ahead: { readonly after: string; readonly entries: readonly StreamEntry[] } | null = null;

  constructor(private readonly options: RedisStreamOptions) {
    super();
  }

  listen(callback: () => void): void {
    this.running = this.options.start(() => this.turn());
    callback();
  }

  async close(): Promise<void> {
    this.stopping = true;
    this.options.stream.stopReading();
    await this.running?.stop();
    await this.options.position.release();
    this.options.stream.close();
  }

  on(): void {
    // There are no events to subscribe to: connection errors go to the stream's own listener.
  }

  unwrap<T>(): T {
    return this.options.stream as T;
  }

  private async turn(): Promise<NextTurn> {
    const { position, standbyMs } = this.options;
    try {
      const held = await position.hold();
      if (held === null || held.halted) {
        this.surveyDue = true;
        if (held !== null) await this.count();
        return standbyMs;
      }
      this.countDueAtMs = -Infinity;
      if (this.surveyDue) return await this.look(held);
      return await this.readBatch(held);
    } catch (error) {
      if (this.stopping) return standbyMs;
      position.doubt();
      this.surveyDue = true;
      this.ahead = null;
      throw error;
    }
  }

  /** The stream goes on while reading does not: it is counted again from time to time. */
  private async count(): Promise<void> {
    const { stream, position } = this.options;
    if (performance.now() < this.countDueAtMs) return;
    const stock = await countEntries(stream);
    if (stock !== null) await position.stocked(stock);
    this.countDueAtMs = performance.now() + COUNT_EVERY_MS;
  }

  private async look(held: HeldPosition): Promise<NextTurn> {
    const survey = await this.options.stream.survey();
    if (!held.countsKnown && survey.kind === 'stream' && survey.lastGeneratedId === held.lastId) {
      await this.options.position.counted(survey.entriesAdded);
      this.options.position.doubt();
    }
    const incident = findIncident(survey, held);
    if (incident !== null) {
      await this.options.position.report(incident);
      this.options.position.doubt();
    }
    this.surveyDue = false;
    return 'again';
  }

  private async readBatch(held: HeldPosition): Promise<NextTurn> {
    const size = this.readSize;
    // Should this turn fail, so many may be more than the network, Redis or the handler can do in their time.
    this.readSize = smallerReadSize(size);
    const entries = this.ahead?.after === held.lastId ? this.ahead.entries : await this.options.stream.read(held.lastId, size);
    this.ahead = null;
    if (entries === null) return 'again';
    const last = entries.at(-1);
    if (last === undefined) {
      this.readSize = size;
      this.surveyDue = true;
      return 'again';
    }
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    const next = nextReadSize(size, entries.length, bytes);
    const isFull = entries.length >= size && bytes <= MOST_BYTES_BESIDE;
    const lookingAhead = isFull ? this.lookAhead(last.id, next) : null;
    try {
      await this.dispatch(entries);
    } finally {
      this.ahead = await lookingAhead;
    }
    this.readSize = next;
    return 'again';
  }

  /** Whatever fails here will do so again, or no more, when the turn of these entries comes. */
  private async lookAhead(after: string, size: number): Promise<typeof this.ahead> {
    try {
      const entries = await this.options.stream.readNow(after, size);
      if (entries === null || entries.length === 0) return null;
      await this.getHandlerByPattern(COMMAND_AHEAD)?.(entries);
      return { after, entries };
    } catch {
      return null;
    }
  }

  private async dispatch(entries: readonly StreamEntry[]): Promise<void> {
    // Found once: Nest takes the pattern apart at every look-up.
    this.handler ??= this.getHandlerByPattern(COMMAND_BATCH);
    const { handler } = this;
    if (handler === null) throw new Error(`nothing handles ${COMMAND_BATCH}`);
    const answer: unknown = await handler(entries);
    // A handler that failed answers with an observable of its error.
    if (isObservable(answer)) await lastValueFrom(answer, { defaultValue: undefined });
  }
}
