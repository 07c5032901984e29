import { formatDuration } from '../duration.js';
import type { DeliveryEnd } from '../delivery.js';
import type { ExplainFacts, ExplainPolicy } from './explain-facts.js';
import type { Situation, ToldSituation } from './explanation.js';
import { outcomeInWords, recipientsInWords, sentences } from './in-words.js';

/** Why a delivery has ended as it did. */
export function explainEnded(facts: ExplainFacts, policy: ExplainPolicy, status: DeliveryEnd): ToldSituation {
  const { situation, told, rule } = endOf(facts, policy, status);
  const last = facts.attempts.findLast(({ outcome }) => outcome !== null && outcome !== 'cancelled');
  return {
    situation,
    summary: sentences(
      `It ended at ${facts.ended_at?.toISOString() ?? 'an unknown time'}: ${told}.`,
      last === undefined ? 'No attempt was made.' : `Attempt ${last.number}, the last, was ${outcomeInWords(last)}.`,
      recipientsInWords(facts),
      facts.content_purged_at === null ? '' : 'Its content held a secret, which was wiped.',
    ),
    waits_for: null,
    rule,
    next: null,
  };
}

interface End {
  readonly situation: Situation;
  /** Follows `It ended at …: `. */
  readonly told: string;
  readonly rule: string;
}

function endOf(facts: ExplainFacts, { scheduleMs, troubleLimitMs }: ExplainPolicy, status: DeliveryEnd): End {
  switch (status) {
    case 'sent':
      return facts.recipients.some(({ outcome }) => outcome !== 'accepted')
        ? {
            situation: 'sent_in_part',
            told: 'the mail server took the mail for some recipients, and refused others for good',
            rule: ALL_SETTLED,
          }
        : { situation: 'sent', told: 'the mail server took the mail', rule: ALL_SETTLED };
    case 'failed':
      return facts.end_reason === 'render_failed'
        ? {
            situation: 'not_renderable',
            told: 'the mail could not be made from its template',
            rule: 'render_failed: a mail that cannot be made is not tried again.',
          }
        : {
            situation: 'refused',
            told: 'the mail server refused it for good',
            rule: 'permanent_rejected: what is refused by a 5xx reply to the sender, the message or every recipient is not tried again.',
          };
    case 'dead_letter':
      if (facts.end_reason === 'provider_trouble_limit_passed')
        return {
          situation: 'given_up',
          told: `it met nothing but trouble with the provider for ${formatDuration(troubleLimitMs)}`,
          rule: `MAIL_PROVIDER_TROUBLE_LIMIT (${formatDuration(troubleLimitMs)}): trouble with the provider uses up none of the retry schedule, and is not waited out for ever.`,
        };
      return {
        situation: 'given_up',
        told: 'every attempt of the schedule was used up',
        rule: `MAIL_RETRY_SCHEDULE: ${scheduleMs.length + 1} attempts, not counting those that met trouble with the provider; recipients still open after the last one are given up.`,
      };
    case 'uncertain':
      return uncertain(facts);
    case 'expired':
      return {
        situation: 'expired',
        told: `its expires_at${facts.expires_at === null ? '' : `, ${facts.expires_at.toISOString()},`} came before it was sent`,
        rule: 'expires_at of the command: never sent after, and no attempt is scheduled past it.',
      };
    case 'superseded':
      return {
        situation: 'superseded',
        told: `the newer delivery ${facts.superseded_by ?? 'of its key'} took its place`,
        rule: 'supersede_key: a newer command of the same source with the same key ends the older one.',
      };
    case 'cancelled':
      return { situation: 'cancelled', told: 'an operator cancelled it', rule: 'An operator may end what has not been sent.' };
    case 'suppressed':
      return {
        situation: 'suppressed',
        told: 'nothing of source auth is sent while MAIL_SMTP_MODE is stub',
        rule: 'stub_mode: in stub mode a delivery of source auth ends at acceptance, without an attempt.',
      };
  }
}

const ALL_SETTLED = 'provider_accepted: every recipient was accepted or refused for good, and at least one accepted.';

function uncertain({ end_reason }: ExplainFacts): End {
  const late = 'A success that is reported late would still make it sent.';
  return end_reason === 'on_uncertain_hold'
    ? {
        situation: 'held',
        told: 'whether the mail is out, nobody knows, since no reply came after its last byte',
        rule: `on_uncertain is hold: no second copy is sent by itself; a resend may be one. ${late}`,
      }
    : {
        situation: 'perhaps_sent',
        told: `an attempt left unknown whether the mail is out, and then it came to its end for another reason (${String(end_reason)})`,
        rule: `A delivery with an uncertain recipient ends as uncertain, whatever ends it; a resend may be a second copy. ${late}`,
      };
}
