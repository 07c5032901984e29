import { newIdempotencyKey, type Attempt, type Delivery, type ShownStatus } from '@mail/client';
import { Option, type Command } from 'commander';
import { oneOrMore, parseExpiry, withExamples } from '../arguments.js';
import { perform, type Context } from '../context.js';
import type { Column } from '../output/table.js';
import { timeColumn } from '../output/time-column.js';
import { writeOne } from '../write-one.js';
import { addListOptions, periodOf, writeList, type ListOptions } from '../write-list.js';
import { addDeliveryFilters, filtersOf, STATUSES, type FilterOptions } from './delivery-filters.js';
import { contentText } from './show-content.js';
import { attemptColumns, deliveryText } from './show-delivery.js';
import { explanationText } from './show-explanation.js';

const ID = 'the delivery_id';

const columns = ({ now }: Context): Column<Delivery>[] => [
  { title: 'DELIVERY', of: ({ delivery_id }) => delivery_id },
  { title: 'STATUS', of: ({ status }) => status, coloured: true },
  timeColumn('CREATED', ({ created_at }) => created_at, now),
  { title: 'SOURCE', of: ({ source }) => source, shrinks: true },
  { title: 'TEMPLATE', of: ({ template_id }) => template_id, shrinks: true, lesser: true },
  {
    title: 'TO',
    of: ({ recipients: [first, ...others] }) => `${first?.address ?? ''}${others.length > 0 ? ` +${others.length}` : ''}`,
    shrinks: true,
  },
  { ...timeColumn<Delivery>('NEXT', ({ next_attempt_at }) => next_attempt_at, now), lesser: true },
];

export function addDeliveries(program: Command): void {
  const deliveries = program.command('deliveries').description('what was accepted, and what became of it');

  const list = deliveries.command('list').description('deliveries, the newest first');
  list.addOption(oneOrMore('--status <status>', 'of this status; several with commas, or again', STATUSES));
  addListOptions(addDeliveryFilters(list));
  withExamples(
    list,
    'mailctl deliveries list --status failed,dead_letter --from 24h',
    'mailctl deliveries list --recipient ada@example.com --limit 5',
    'mailctl deliveries list --source shop --all --json | jq -r .delivery_id',
  );
  perform<ListOptions & FilterOptions & { status?: ShownStatus[] }>(list, (context, options) =>
    writeList(
      context,
      context.client.deliveries,
      { status: options.status, ...filtersOf(options), ...periodOf(options) },
      options,
      columns(context),
    ),
  );

  const show = deliveries.command('show').description('all of one delivery but its content').argument('<id>', ID);
  withExamples(show, 'mailctl deliveries show 019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e');
  perform(show, async (context, _, id = '') => writeOne(context, await context.client.deliveries.get(id), deliveryText));

  const explain = deliveries
    .command('explain')
    .description('why it is where it is, what happens next, and what can be done')
    .argument('<id>', ID);
  withExamples(explain, 'mailctl deliveries explain 019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e');
  perform(explain, async (context, _, id = '') => writeOne(context, await context.client.deliveries.explain(id), explanationText));

  const attempts = deliveries.command('attempts').description('every attempt at it, with what the server replied').argument('<id>', ID);
  withExamples(attempts, 'mailctl deliveries attempts 019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e --json');
  perform(attempts, async (context, options, id = '') => {
    const source = { list: () => context.client.deliveries.attempts(id) };
    await writeList<Attempt, object>(context, source, {}, { limit: Infinity, ...options }, attemptColumns(context));
  });

  addContent(deliveries);
  addResend(deliveries);

  const cancel = deliveries.command('cancel').description('end one that is queued, before it is sent').argument('<id>', ID);
  withExamples(cancel, 'mailctl deliveries cancel 019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e');
  perform(cancel, async (context, _, id = '') =>
    writeOne(context, await context.client.deliveries.cancel(id), ({ delivery_id, status }) => `${delivery_id} is ${status}.\n`),
  );
}

function addContent(deliveries: Command): void {
  const content = deliveries.command('content').description('its mail as rendered, secrets masked').argument('<id>', ID);
  content.addOption(new Option('--part <part>', 'one part alone, as it is').choices(['subject', 'text', 'html']));
  withExamples(
    content,
    'mailctl deliveries content 019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e',
    'mailctl deliveries content 019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e --part html > mail.html',
  );
  perform<{ part?: 'subject' | 'text' | 'html' }>(content, async (context, { part }, id = '') =>
    writeOne(context, await context.client.deliveries.content(id), (mail) => contentText(mail, part ?? null, context)),
  );
}

function addResend(deliveries: Command): void {
  const resend = deliveries.command('resend').description('send one that has ended once more, as a new delivery').argument('<id>', ID);
  resend.addOption(new Option('--expires <time>', 'a new expiry, or in how long, where it is past its own').argParser(parseExpiry));
  resend.option('--idempotency-key <key>', 'the same key again makes no second resend (default: a new one)');
  withExamples(resend, 'mailctl deliveries resend 019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e --expires 1h');
  perform<{ expires?: string; idempotencyKey?: string }>(resend, async (context, { expires, idempotencyKey }, id = '') => {
    const key = idempotencyKey ?? newIdempotencyKey();
    const accepted = await context.client.deliveries.resend(id, { expires_at: expires ?? null }, { idempotencyKey: key });
    await writeOne(
      context,
      accepted,
      ({ delivery_id, outcome, replayed }) => `${id} is sent again as ${delivery_id} (${replayed ? 'as before' : outcome}).\n`,
    );
  });
}
