import { newIdempotencyKey, type ResendPlan, type ResendPlanRequest } from '@mail/client';
import { Option, type Command } from 'commander';
import { oneOrMore, parseCount, parseDuration, parseExpiry, parseTime, withExamples } from '../arguments.js';
import { confirm } from '../confirm.js';
import { perform, type Context } from '../context.js';
import { duration } from '../output/age.js';
import type { Column } from '../output/table.js';
import { timeColumn } from '../output/time-column.js';
import { addListOptions, periodOf, writeList, type ListOptions } from '../write-list.js';
import { writeOne } from '../write-one.js';
import { addDeliveryFilters, ENDS, filtersOf, type FilterOptions } from './delivery-filters.js';
import { progressLine, resendPlanText } from './show-resend-plan.js';
import { resendPlanOnce, watchResendPlan } from './watch-resend-plan.js';

const ID = 'the plan_id';
/** How long `create` waits for the set. */
const FREEZING_MS = 60_000;

const columns = ({ now }: Context): Column<ResendPlan>[] => [
  { title: 'PLAN', of: ({ plan_id }) => plan_id },
  { title: 'STATUS', of: ({ status }) => status, coloured: true },
  timeColumn('CREATED', ({ created_at }) => created_at, now),
  { title: 'OPERATOR', of: ({ operator }) => operator, shrinks: true, lesser: true },
  { title: 'TO SEND', of: ({ resendable }) => resendable, right: true },
  { title: 'SENT', of: ({ resent }) => resent, right: true },
  { title: 'FAILED', of: ({ failed }) => failed, right: true },
  { title: 'FILTER', of: ({ filter }) => JSON.stringify(filter), shrinks: true, lesser: true },
];

interface CreateOptions extends FilterOptions {
  readonly status?: Exclude<ResendPlanRequest['status'], undefined>;
  readonly from?: string;
  readonly to?: string;
  readonly rate?: number;
  readonly expires?: string;
  readonly includeResent?: boolean;
  readonly idempotencyKey?: string;
  readonly wait: boolean;
}

function addCreate(plans: Command): void {
  const create = plans.command('create').description('freeze a set of deliveries to send again; nothing is sent before it is started');
  create.addOption(oneOrMore('--status <status>', 'that ended so (default: failed,dead_letter); several with commas, or again', ENDS));
  addDeliveryFilters(create);
  create.addOption(new Option('--from <time>', 'accepted from this time on, or so long ago').argParser(parseTime));
  create.addOption(new Option('--to <time>', 'accepted before this time').argParser(parseTime));
  create.addOption(new Option('--rate <n>', 'so many a second (default: 50)').argParser(parseCount));
  create.addOption(new Option('--expires <time>', 'a new expiry, or in how long, for those past their own').argParser(parseExpiry));
  create.option('--include-resent', 'also what was sent again before');
  create.option('--idempotency-key <key>', 'the same key again makes no second plan (default: a new one)');
  create.option('--no-wait', 'do not wait until the set is frozen');
  withExamples(
    create,
    'mailctl resend-plan create --status dead_letter --from 6h --rate 20',
    'mailctl resend-plan create --template game.turn_ready --from 2026-01-02T03:00:00Z --to 2026-01-02T04:00:00Z',
  );
  perform<CreateOptions>(create, async (context, options) => {
    const { status, from, to, rate, expires, includeResent, idempotencyKey = newIdempotencyKey() } = options;
    const request: ResendPlanRequest = {
      ...filtersOf(options),
      status,
      created_from: from,
      created_to: to,
      rate_per_second: rate,
      expires_at: expires,
      include_resent: includeResent,
    };
    let plan = await context.client.resendPlans.create(request, { idempotencyKey });
    const isFrozen = ({ status: now }: ResendPlan): boolean => now !== 'planning';
    if (options.wait && !isFrozen(plan))
      plan = await resendPlanOnce(context, plan.plan_id, isFrozen, { intervalMs: 250, forMs: FREEZING_MS });
    await writeOne(context, plan, resendPlanText);
    if (plan.status === 'planning') context.screen.note(`Its set is being frozen. Look again: mailctl resend-plan show ${plan.plan_id}`);
    if (plan.status === 'ready') context.screen.note(`Nothing is sent yet. To start it: mailctl resend-plan start ${plan.plan_id}`);
  });
}

function addStart(plans: Command): void {
  const start = plans.command('start').description('start it, or go on with it').argument('<id>', ID).option('--yes', 'without asking');
  withExamples(
    start,
    'mailctl resend-plan start 019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e',
    'mailctl resend-plan start --yes 019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e',
  );
  perform<{ yes?: boolean }>(start, async (context, { yes = false }, id = '') => {
    if (!yes) {
      const { pending, rate_per_second } = await context.client.resendPlans.get(id);
      const takes = duration((pending / rate_per_second) * 1000);
      await confirm(`Send ${pending} deliveries again, ${rate_per_second} a second (about ${takes})?`, false);
    }
    await tellPlan(context, await context.client.resendPlans.start(id));
  });
}

const tellPlan = (context: Context, plan: ResendPlan): Promise<void> =>
  writeOne(context, plan, ({ plan_id }) => `${plan_id} is ${progressLine(plan, context.now())}\n`);

export function addResendPlan(program: Command): void {
  const plans = program.command('resend-plan').description('send many deliveries again, as a plan that can be paused');
  addCreate(plans);

  const list = addListOptions(plans.command('list').description('plans, the newest first'));
  withExamples(list, 'mailctl resend-plan list --from 7d');
  perform<ListOptions>(list, (context, options) =>
    writeList(context, context.client.resendPlans, periodOf(options), options, columns(context)),
  );

  const show = plans.command('show').description('one plan: its set, and how far it has come').argument('<id>', ID);
  withExamples(show, 'mailctl resend-plan show 019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e');
  perform(show, async (context, _, id = '') => writeOne(context, await context.client.resendPlans.get(id), resendPlanText));

  addStart(plans);
  for (const [act, description] of [
    ['pause', 'stop sending, until it is started again'],
    ['cancel', 'end it; what was sent again stays so'],
  ] as const) {
    const command = plans.command(act).description(description).argument('<id>', ID);
    withExamples(command, `mailctl resend-plan ${act} 019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e`);
    perform(command, async (context, _, id = '') => tellPlan(context, await context.client.resendPlans[act](id)));
  }

  const watch = plans.command('watch').description('how far it has come, until it ends').argument('<id>', ID);
  watch.addOption(new Option('--interval <duration>', 'how often').argParser(parseDuration).default(1000, '1s'));
  withExamples(watch, 'mailctl resend-plan watch 019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e');
  perform<{ interval: number }>(watch, (context, { interval }, id = '') => watchResendPlan(context, id, interval));
}
