import type { StreamStock } from '@mail/domain';
import {
  acquireStreamLease,
  recordStreamIncident,
  recordStreamStock,
  releaseStreamLease,
  renewStreamLease,
  settleStreamCounts,
  type Database,
  type StreamLease,
} from '@mail/persistence';
import { counter, newId, type Logger } from '@mail/runtime';
import type { Incident, StreamPosition } from '@mail/stream';

const INCIDENTS = ['gap', 'missing_key', 'went_backwards', 'wrong_type'] as const;

export interface LeasedPositionOptions {
  readonly database: Database;
  readonly stream: string;
  readonly holder: string;
  readonly leaseTtlMs: number;
  readonly logger: Logger;
}

/** The offset as PostgreSQL keeps it, under a lease: only one consumer reads, and one that lost its lease cannot write. */
export class LeasedPosition implements StreamPosition {
  private lease: StreamLease | null = null;
  private renewedAtMs = 0;
  private standby = false;
  private readonly incidents = counter(
    'mail.stream.incidents',
    INCIDENTS.map((kind) => ({ kind })),
  );
  private readonly missing = counter('mail.stream.entries.missing', [{}]);

  constructor(private readonly options: LeasedPositionOptions) {}

  /** The lease that a batch is written under. Throws without one. */
  get current(): StreamLease {
    if (this.lease === null) throw new Error('the stream lease is not held');
    return this.lease;
  }

  /** What is held, as far as is known here; `null` while another consumer reads. */
  get held(): StreamLease | null {
    return this.lease;
  }

  /** The batch that was just committed moved the offset, and renewed the lease with it. */
  moved(lastId: string, entries: number): void {
    const { current } = this;
    this.lease = { ...current, lastId, consumed: current.consumed + entries };
    this.renewedAtMs = performance.now();
  }

  async hold(): Promise<StreamLease | null> {
    const { database, stream, holder, leaseTtlMs } = this.options;
    const known = this.lease;
    if (known !== null && !known.halted && performance.now() - this.renewedAtMs < leaseTtlMs / 3) return known;
    const askedAtMs = performance.now();
    const kept = known === null ? null : await renewStreamLease(database, known, leaseTtlMs);
    this.lease = kept ?? (await acquireStreamLease(database, stream, holder, leaseTtlMs));
    this.renewedAtMs = askedAtMs;
    this.tell(kept !== null);
    return this.lease;
  }

  async report(incident: Incident): Promise<void> {
    const { database, logger, stream } = this.options;
    const isNew = await recordStreamIncident(database, this.current, newId(), incident);
    if (!isNew) return;
    this.incidents?.(1, { kind: incident.kind });
    this.missing?.(Math.max(0, incident.missed), {});
    const line = { event: 'stream_incident', stream, kind: incident.kind, offset: this.current.lastId, ...incident.detail };
    if (incident.halts) logger.fatal(line, 'the stream went backwards: reading stops until an operator adopts the new stream');
    else logger.error(line, 'the stream is not what was consumed: commands may be lost');
  }

  stocked(stock: StreamStock): Promise<void> {
    return recordStreamStock(this.options.database, this.current, stock);
  }

  counted(entriesAdded: number): Promise<void> {
    return settleStreamCounts(this.options.database, this.current, entriesAdded);
  }

  doubt(): void {
    this.renewedAtMs = -Infinity;
  }

  /** Lets the next consumer take over at once; where that cannot be written, the lease runs out by itself. */
  async release(): Promise<void> {
    const { database, logger, stream } = this.options;
    const held = this.lease;
    this.lease = null;
    if (held === null) return;
    await releaseStreamLease(database, held).catch((error: unknown) => {
      logger.warn({ event: 'stream_lease_kept', stream, err: error }, 'the lease cannot be given back, and runs out by itself');
    });
  }

  private tell(kept: boolean): void {
    const { logger, stream } = this.options;
    if (this.lease !== null && !kept) {
      this.standby = false;
      logger.info({ event: 'stream_lease_acquired', stream, offset: this.lease.lastId, token: this.lease.fencingToken }, 'consuming');
    } else if (this.lease === null && !this.standby) {
      this.standby = true;
      logger.info({ event: 'stream_lease_elsewhere', stream }, 'another consumer holds the lease: standing by');
    }
  }
}
