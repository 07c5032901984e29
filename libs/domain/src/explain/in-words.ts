import { formatDuration } from '../duration.js';
import type { ExplainedAttempt, ExplainFacts } from './explain-facts.js';

/** A time in words: `3m20s`; whole seconds from 1 s on, never less than nothing. */
export function span(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  return formatDuration(whole < 1000 ? whole : Math.round(whole / 1000) * 1000);
}

/** `2 accepted, 1 pending`; empty for one recipient alone, of which the rest says it. */
export function recipientsInWords({ recipients }: Pick<ExplainFacts, 'recipients'>): string {
  if (recipients.length < 2) return '';
  const counts = new Map<string, number>();
  for (const { outcome } of recipients) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return `Of its ${recipients.length} recipients: ${[...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}.`;
}

/** What ended an attempt: `transient_rejected ("450 4.2.1 later")`. */
export function outcomeInWords({ outcome, smtp_reply, error }: ExplainedAttempt): string {
  const said = smtp_reply ?? error;
  return said === null ? String(outcome) : `${String(outcome)} ("${said}")`;
}

/** The sentences that there are. */
export function sentences(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
