import type { StreamStock } from '@mail/domain';
import type { Incident } from '../src/find-incident.js';
import type { HeldPosition, StreamPosition } from '../src/redis-stream.strategy.js';

/** Where a reader stands, kept in memory: the store itself is another library's matter. */
export class PositionInMemory implements StreamPosition {
  /** `null`: another consumer has the lease. */
  held: HeldPosition | null = { lastId: '0-0', consumed: 0, missed: 0, countsKnown: true, halted: false };
  readonly incidents: Incident[] = [];
  readonly stocks: StreamStock[] = [];
  doubts = 0;
  released = false;

  hold(): Promise<HeldPosition | null> {
    return Promise.resolve(this.held);
  }

  report(incident: Incident): Promise<void> {
    this.incidents.push(incident);
    if (this.held !== null)
      this.held = { ...this.held, missed: this.held.missed + incident.missed, halted: this.held.halted || incident.halts };
    return Promise.resolve();
  }

  stocked(stock: StreamStock): Promise<void> {
    this.stocks.push(stock);
    return Promise.resolve();
  }

  counted(entriesAdded: number): Promise<void> {
    if (this.held !== null) this.held = { ...this.held, countsKnown: true, missed: entriesAdded - this.held.consumed };
    return Promise.resolve();
  }

  doubt(): void {
    this.doubts += 1;
  }

  release(): Promise<void> {
    this.released = true;
    return Promise.resolve();
  }

  /** Moves the offset past what a batch brought. */
  advance(ids: readonly string[]): void {
    const lastId = ids.at(-1);
    if (this.held !== null && lastId !== undefined) this.held = { ...this.held, lastId, consumed: this.held.consumed + ids.length };
  }
}
