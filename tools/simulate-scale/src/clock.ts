interface Event {
  readonly atMs: number;
  /** Events of one moment happen in the order in which they were planned: the same run is the same run. */
  readonly number: number;
  readonly happen: () => void;
}

const before = (a: Event, b: Event): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.number < b.number);

/** Simulated time: events in a binary heap, by their moment. */
export class Clock {
  nowMs = 0;
  readonly #heap: Event[] = [];
  #count = 0;

  after(delayMs: number, happen: () => void): void {
    const event = { atMs: this.nowMs + delayMs, number: this.#count++, happen };
    const heap = this.#heap;
    let at = heap.length;
    for (heap.push(event); at > 0;) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !before(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  /** Lets everything happen that is planned until then. */
  runUntil(endMs: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.atMs <= endMs; next = this.#heap[0]) {
      this.#removeFirst();
      this.nowMs = next.atMs;
      next.happen();
    }
    this.nowMs = endMs;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      if (a === undefined) break;
      const [child, place] = b !== undefined && before(b, a) ? [b, left + 1] : [a, left];
      if (!before(child, last)) break;
      heap[at] = child;
      at = place;
    }
    heap[at] = last;
  }
}
