import type { DeliveryStatus } from './delivery.js';

/** What deliveries are shown as: `sending` is derived, from an attempt in progress, and never stored. */
export type ShownStatus = DeliveryStatus | 'sending';

/** When deliveries were accepted: RFC 3339 in UTC with milliseconds, `null` for no bound. */
export interface AcceptedWithin {
  /** Included. */
  readonly createdFrom: string | null;
  /** Not included. */
  readonly createdTo: string | null;
}

/** No status named means every status. `queued` is what is stored: it includes what is shown as `sending`. */
type OfStatuses = { readonly statuses: readonly DeliveryStatus[] };

/** Which deliveries are asked for: the combinations that an index serves, in the words of the index. */
export type DeliveryFilter = AcceptedWithin &
  (
    | ({ readonly by: 'status' } & OfStatuses)
    | ({ readonly by: 'source'; readonly source: string } & OfStatuses)
    | ({ readonly by: 'template_id'; readonly templateId: string } & OfStatuses)
    | { readonly by: 'sending'; readonly source: string | null; readonly templateId: string | null }
    | { readonly by: 'recipient'; readonly recipient: string }
    | { readonly by: 'tag'; readonly name: string; readonly value: string }
    | {
        readonly by: 'idempotency_key';
        readonly idempotencyKey: string;
        /** None: every status. */
        readonly statuses: readonly ShownStatus[];
        readonly source: string | null;
        readonly templateId: string | null;
        readonly recipient: string | null;
        readonly tags: Readonly<Record<string, string>>;
      }
  );
