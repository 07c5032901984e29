import type { DeliveryStatus } from '../delivery.js';
import type { PlanObstacle } from './resend-plan.js';

/** What is wrong with sending one delivery again, by whoever it is asked for. */
export type ResendObstacle = Extract<PlanObstacle, 'not_terminal' | 'content_purged' | 'expired'>;

export interface ResendFacts {
  readonly status: DeliveryStatus;
  /** A secret of it was wiped, so that the mail cannot be made any more. */
  readonly isPurged: boolean;
  /** By the server's clock; `false` where it has no expiry. */
  readonly isExpired: boolean;
}

/** Why a delivery cannot be sent again; `null` where it can. `newExpiry`: whether an expiry to come is given for it. */
export function resendObstacle({ status, isPurged, isExpired }: ResendFacts, newExpiry: boolean): ResendObstacle | null {
  if (status === 'queued') return 'not_terminal';
  if (isPurged) return 'content_purged';
  return isExpired && !newExpiry ? 'expired' : null;
}

export interface PlanFacts extends ResendFacts {
  /** There is a resend of it, whatever became of that: it is the newest of a family that is sent again. */
  readonly isResent: boolean;
  /** Somebody is left to send it to: of a sent one everybody, else who has not accepted it. */
  readonly hasRecipients: boolean;
}

export interface PlanTerms {
  /** Whether the plan has an expiry for those that are past their own, and that is still to come. */
  readonly newExpiry: boolean;
  /** Whether what was sent again before is sent once more. */
  readonly includeResent: boolean;
}

/** Why a plan leaves a delivery out; `null` where it sends it. */
export function planObstacle(facts: PlanFacts, { newExpiry, includeResent }: PlanTerms): PlanObstacle | null {
  const obstacle = resendObstacle(facts, newExpiry);
  if (obstacle !== null) return obstacle;
  if (facts.isResent && !includeResent) return 'already_resent';
  return facts.hasRecipients ? null : 'no_recipients';
}
