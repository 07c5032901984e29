import type { DeliveryStatus, Priority } from './vocabulary.js';

/** `capped`: there are more; nothing is counted further than 10 000. */
export interface CappedCount {
  readonly count: number;
  readonly capped: boolean;
}

export interface LaneStats {
  readonly priority: Priority;
  readonly due: CappedCount;
  readonly later: CappedCount;
  readonly claimed: CappedCount;
  readonly in_progress: CappedCount;
  readonly oldest_due_at: string | null;
  readonly oldest_due_age_ms: number;
}

export interface StreamStats {
  readonly stream: string;
  readonly incarnation: number;
  readonly last_id: string;
  readonly consumed: number;
  readonly accepted: number;
  readonly replayed: number;
  readonly malformed: number;
  readonly missed: number;
  readonly lag_ms: number | null;
  readonly halted_at: string | null;
  readonly updated_at: string;
  readonly lease_holder: string | null;
  readonly lease_expires_at: string | null;
}

export type EndCounts = Readonly<Partial<Record<DeliveryStatus, number>>>;

/** How it all stands. */
export interface Stats {
  /** Of the process that answers. `stub`: nothing is sent. */
  readonly smtp_mode: 'stub' | 'smtp';
  readonly deliveries: readonly (CappedCount & { readonly status: DeliveryStatus })[];
  readonly lanes: readonly LaneStats[];
  readonly ended_last_hour: {
    readonly since: string | null;
    readonly capped: boolean;
    readonly counts: EndCounts;
    /** Those minutes in which any ended, the oldest first. */
    readonly by_minute: readonly { readonly minute: string; readonly counts: EndCounts }[];
  };
  readonly streams: readonly StreamStats[];
}
