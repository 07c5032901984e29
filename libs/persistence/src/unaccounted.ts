import type { DeliveryStatus } from '@mail/domain';

/** Every way in which the stored state can break the conservation law, and what it means. */
export const UNACCOUNTED = {
  attempt_missing: 'it is queued, and no attempt will ever move it',
  attempt_doubled: 'more than one live attempt may send it',
  attempt_after_end: 'it has ended, and a live attempt may still send it',
  recipient_missing: 'it has no recipient',
  recipient_pending: 'it has ended, and recipients of it are still pending',
  payload_missing: 'its content is gone',
  dead_letter_missing: 'it is a dead letter, and no row of dead_letters says why',
  dead_letter_unfounded: 'a row of dead_letters names it, and it is no dead letter',
  secret_kept: 'it has ended, and secrets of it are still stored',
  key_missing: 'it is queued, and its idempotency key is not remembered: the same command would be accepted again',
  delivery_missing: 'an idempotency key names it, retention has deleted none as new, and it is gone',
  unreadable: 'it cannot be read, so that nobody can say whether it is accounted for',
  stream_miscounted: 'what its counter says was accepted is not what is there and what retention deleted',
} as const;

export type UnaccountedKind = keyof typeof UNACCOUNTED;

export const UNACCOUNTED_KINDS = Object.keys(UNACCOUNTED) as UnaccountedKind[];

export interface Breach {
  readonly kind: UnaccountedKind;
  /** A delivery's; of `stream_miscounted` the stream's name. */
  readonly id: string;
  readonly detail: string;
}

/** What is stored of one delivery, counted in one snapshot. */
export interface DeliveryFacts {
  readonly delivery_id: string;
  readonly status: DeliveryStatus;
  readonly live_attempts: number;
  readonly recipients: number;
  readonly pending_recipients: number;
  readonly payloads: number;
  readonly secret_payloads: number;
  readonly dead_letters: number;
}

/** Everything that is wrong with one delivery. */
export function breachesOf(facts: DeliveryFacts): Breach[] {
  const { delivery_id: id, status, live_attempts, recipients, pending_recipients, payloads, secret_payloads, dead_letters } = facts;
  const ended = status !== 'queued';
  const broken: Partial<Record<UnaccountedKind, boolean>> = {
    attempt_missing: !ended && live_attempts === 0,
    attempt_doubled: !ended && live_attempts > 1,
    attempt_after_end: ended && live_attempts > 0,
    recipient_missing: recipients === 0,
    recipient_pending: ended && pending_recipients > 0,
    payload_missing: payloads === 0,
    dead_letter_missing: status === 'dead_letter' && dead_letters === 0,
    dead_letter_unfounded: status !== 'dead_letter' && dead_letters > 0,
    secret_kept: ended && secret_payloads > 0,
  };
  return UNACCOUNTED_KINDS.filter((kind) => broken[kind] === true).map((kind) => ({
    kind,
    id,
    detail: `delivery ${id} is ${status}: ${UNACCOUNTED[kind]}`,
  }));
}
