import type { Attempt, Delivery, Recipient } from '@mail/client';
import type { Context } from '../context.js';
import { timeWithAge } from '../output/age.js';
import { fields, table, type Column } from '../output/table.js';
import { timeColumn } from '../output/time-column.js';

export const attemptColumns = ({ now }: Pick<Context, 'now'>): Column<Attempt>[] => [
  { title: 'N', of: ({ number }) => number, right: true },
  { title: 'STATUS', of: ({ status }) => status, coloured: true },
  { title: 'OUTCOME', of: ({ outcome }) => outcome, coloured: true },
  timeColumn('SCHEDULED', ({ scheduled_at }) => scheduled_at, now),
  timeColumn('FINISHED', ({ finished_at }) => finished_at, now),
  { title: 'PHASE', of: ({ phase }) => phase },
  { title: 'WORKER', of: ({ worker_id }) => worker_id, shrinks: true, lesser: true },
  { title: 'REPLY', of: ({ smtp_reply, error }) => smtp_reply ?? error, shrinks: true },
];

const recipientColumns: readonly Column<Recipient>[] = [
  { title: 'RECIPIENT', of: ({ address }) => address },
  { title: 'KIND', of: ({ kind }) => kind },
  { title: 'OUTCOME', of: ({ outcome }) => outcome, coloured: true },
  { title: 'REPLY', of: ({ smtp_reply }) => smtp_reply, shrinks: true },
];

/** All of a delivery. */
export function deliveryText(delivery: Delivery, { screen, now }: Context): string {
  const time = (at: string | null): string | undefined => (at === null ? undefined : timeWithAge(at, now()));
  const { status, end_reason, template_id, locale, template_hash, tags } = delivery;
  const top = fields(
    [
      ['delivery', delivery.delivery_id],
      ['status', end_reason === null ? status : `${status} (${end_reason})`],
      ['source', delivery.source],
      ['idempotency key', delivery.idempotency_key],
      ['priority', delivery.priority],
      ['template', template_id === null ? undefined : `${template_id} ${locale ?? ''} ${template_hash ?? ''}`],
      ...Object.entries(tags).map(([name, value]) => [`tag ${name}`, value] as const),
      ['message id', delivery.message_id],
      ['on uncertain', delivery.on_uncertain],
      ['created', time(delivery.created_at)],
      ['not before', time(delivery.deliver_at)],
      ['not after', time(delivery.expires_at)],
      ['next attempt', time(delivery.next_attempt_at)],
      ['ended', time(delivery.ended_at)],
      ['resend of', delivery.resend_of ?? undefined],
      ['superseded by', delivery.superseded_by ?? undefined],
    ],
    screen.paint,
  );
  const attempts = delivery.attempts.length === 0 ? 'No attempts.\n' : table(attemptColumns({ now }), delivery.attempts, screen);
  return `${top}\n${table(recipientColumns, delivery.recipients, screen)}\n${attempts}`;
}
