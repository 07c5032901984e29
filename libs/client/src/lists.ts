import type { CatalogueCode, ProblemFault } from './mail-problem.js';
import type { AcceptanceOutcome } from './vocabulary.js';

/** One page of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** For the page after it; `null`: there is none. */
  readonly next_cursor: string | null;
}

/** A list that is no longer than one page. */
export interface WholeList<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: null;
}

export interface PageOptions {
  /** 50 unless given, 200 at most. */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** A period; RFC 3339. */
export interface Period {
  /** Included. */
  readonly created_from?: string | Date | undefined;
  /** Not included. */
  readonly created_to?: string | Date | undefined;
}

export interface DeadLetter {
  readonly delivery_id: string;
  readonly source: string;
  readonly idempotency_key: string;
  readonly template_id: string | null;
  readonly reason: string;
  readonly attempts: number;
  readonly smtp_code: number | null;
  readonly enhanced_code: string | null;
  readonly smtp_reply: string | null;
  readonly error: string | null;
  readonly created_at: string;
}

export interface MalformedCommand {
  readonly malformed_id: string;
  readonly stream: string;
  readonly incarnation: number;
  readonly entry_id: string;
  readonly source: string | null;
  readonly idempotency_key: string | null;
  readonly code: CatalogueCode;
  readonly reason: string;
  readonly faults: readonly ProblemFault[];
  readonly raw_bytes: number;
  readonly sha256: string | null;
  readonly created_at: string;
  readonly replayed_at: string | null;
  readonly delivery_id: string | null;
  readonly replay_outcome: AcceptanceOutcome | null;
}

/** `command`: what was refused, its secrets masked; `null` where it cannot be read. */
export interface ShownMalformedCommand extends MalformedCommand {
  readonly command: unknown;
}

export interface StreamIncident {
  readonly incident_id: string;
  readonly stream: string;
  readonly incarnation: number;
  readonly kind: 'gap' | 'missing_key' | 'went_backwards' | 'wrong_type';
  readonly offset_id: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly detected_at: string;
  readonly resolved_at: string | null;
}

export interface OperatorAction {
  readonly action_id: string;
  readonly operator: string;
  readonly action: string;
  readonly delivery_ids: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
  readonly created_at: string;
}

/** One of the three, at most. */
export interface ActionQuery extends Period {
  readonly operator?: string | undefined;
  readonly action?: string | undefined;
  readonly delivery_id?: string | undefined;
}

export interface AdoptedStream {
  readonly stream: string;
  /** Whether nothing was changed. */
  readonly dry_run: boolean;
  readonly incarnation: number;
  /** Reading goes on after this entry. */
  readonly last_id: string;
  /** Entries after it that no idempotency key covers any more, at most; `null` where they were not counted. */
  readonly may_be_sent_again: number | null;
  /** Entries up to it, which are not read, at most. */
  readonly passed_over: number | null;
  readonly counted_at: string | null;
  readonly incidents_resolved: number;
  readonly gave_up: {
    readonly incarnation: number;
    readonly last_id: string;
    readonly consumed: number;
    readonly accepted: number;
    readonly replayed: number;
    readonly malformed: number;
    readonly missed: number;
    readonly halted_at: string | null;
  };
}
