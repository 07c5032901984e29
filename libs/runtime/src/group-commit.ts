export interface GroupCommitOptions<Item, Result> {
  /** Most items of one write. */
  readonly maxSize: number;
  /** Most bytes of one write; an item that is larger goes alone. */
  readonly maxBytes?: number;
  readonly bytesOf?: (item: Item) => number;
  /** Writes under way at once. */
  readonly maxInFlight: number;
  /**
   * A write begins beside another only where it is full, or once the other has been under way for so long, in ms. One large write costs
   * less than two small ones; but one that is held up must not hold up the others.
   */
  readonly overlapAfterMs?: number;
  /** Writes all items, and answers one result each, in order. */
  readonly write: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** Whether a failure is of the whole store, and not of one of the items: then each is told, and none is tried alone. */
  readonly isOutage: (error: unknown) => boolean;
}

export interface GroupCommit<Item, Result> {
  /** Resolves once the item is written, with whatever else came along. Rejects with what its write failed of. */
  submit(item: Item): Promise<Result>;
  /** Items that wait for a write to begin. */
  readonly waiting: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets what arrives together share one commit, without a timer: while one write is under way, what comes in gathers for the
 * next. An item that fails a batch is found by writing each alone, so that it costs the others nothing but time.
 */
export function groupCommit<Item, Result>(options: GroupCommitOptions<Item, Result>): GroupCommit<Item, Result> {
  const queue: Waiting<Item, Result>[] = [];
  let inFlight = 0;
  let scheduled = false;
  let begunAtMs = -Infinity;
  let overlap: NodeJS.Timeout | undefined;

  const writeBatch = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await options.write(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      if (batch.length === 1 || options.isOutage(error)) {
        for (const { reject } of batch) reject(error);
        return;
      }
      for (const waiting of batch) await writeBatch([waiting]);
    }
  };
  const nextBatch = (): Waiting<Item, Result>[] => {
    const { maxSize, maxBytes = Infinity, bytesOf = () => 0 } = options;
    let bytes = 0;
    const end = queue.findIndex(({ item }, index) => {
      bytes += bytesOf(item);
      return index > 0 && (index === maxSize || bytes > maxBytes);
    });
    return queue.splice(0, end === -1 ? queue.length : end);
  };
  /** How long what waits is to gather yet, in ms. */
  const gathersForMs = (): number =>
    inFlight === 0 || queue.length >= options.maxSize ? 0 : begunAtMs + (options.overlapAfterMs ?? 0) - performance.now();
  const pump = (): void => {
    scheduled = false;
    clearTimeout(overlap);
    while (queue.length > 0 && inFlight < options.maxInFlight) {
      const waitMs = gathersForMs();
      if (waitMs > 0) {
        overlap = setTimeout(pump, waitMs);
        return;
      }
      inFlight += 1;
      begunAtMs = performance.now();
      void writeBatch(nextBatch()).finally(() => {
        inFlight -= 1;
        pump();
      });
    }
  };
  return {
    submit: (item) =>
      new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject });
        if (scheduled) return;
        scheduled = true;
        // After the callbacks of this turn: what the same poll of the sockets brought goes together.
        setImmediate(pump);
      }),
    get waiting() {
      return queue.length;
    },
  };
}
