import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';

const APP = 'scheduler';
/** In the suite: enough for a dozen of chunks. */
const COMMANDS = 60;
const BATCH = 500;
const LONG_MS = 900_000;

interface Plan {
  readonly plan_id: string;
  readonly status: string;
  readonly resendable: number;
  readonly resent: number;
  readonly failed: number;
}

async function ask({ world, tag }: Stage, method: 'GET' | 'POST', path: string, body?: object): Promise<Plan> {
  const response = await fetch(`${world.api}/api/v1/internal/resend-plans${path}`, {
    method,
    headers: {
      'idempotency-key': tag,
      'x-operator': 'faults',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Plan;
  if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Dead letters of so many commands: the server puts everything off until the short schedule of the worker is used up. */
async function deadLetters(stage: Stage, count: number): Promise<void> {
  const { apps, sink, query } = stage.world;
  await apps.restart('attempt-worker', { MAIL_RETRY_SCHEDULE: '50ms' });
  sink.behave({ rcpt: () => '450 4.2.1 later' });
  for (let left = count; left > 0; left -= BATCH) await stage.send(Math.min(BATCH, left), { door: 'stream' });
  const counted = async (condition: string): Promise<number> => {
    const text = `select count(*)::int as count from deliveries where starts_with(idempotency_key, $1) and ${condition}`;
    return (await query<{ count: number }>(text, [stage.tag]))[0]?.count ?? 0;
  };
  await stage.until('all have ended', async () => (await counted(`status <> 'queued'`)) === count, LONG_MS);
  const others = await counted(`status not in ('queued', 'dead_letter')`);
  // Such as by an SMTP time-out, on a machine that has too much to do.
  if (others > 0) throw new Error(`${others} of ${count} deliveries ended otherwise than as dead letters, so that nothing can be shown`);
  sink.behave({});
}

/** Starts the scheduler where it dies of what it does for the plan, within a transaction or between its commit and what comes next. */
async function killedAt(stage: Stage, point: string): Promise<void> {
  const { signal } = await stage.world.apps.runToEnd(APP, { MAIL_FAILPOINTS: `${point}=kill` });
  stage.check(signal === 'SIGKILL', `the scheduler never came to ${point}`);
}

/** Each dead letter was sent again exactly once, in the tables and at the server. */
async function holdOnce({ world, tag, commands, check }: Stage): Promise<void> {
  const rows = await world.query<{ address: string; resends: number }>(
    `select r.address, (select count(*)::int from deliveries again where again.resend_of = d.delivery_id) as resends
    from deliveries d join delivery_recipients r using (delivery_id) where starts_with(d.idempotency_key, $1)`,
    [tag],
  );
  const copies = new Map<string, number>();
  for (const { recipient } of world.sink.copies) copies.set(recipient, (copies.get(recipient) ?? 0) + 1);
  check(rows.length === commands.length, `${rows.length} deliveries of ${commands.length} are there`);
  const wrong = rows.filter(({ resends }) => resends !== 1).length;
  check(wrong === 0, `${wrong} dead letters were not sent again exactly once, by the tables`);
  const copied = rows.filter(({ address }) => copies.get(address) !== 1).length;
  check(copied === 0, `${copied} dead letters did not reach the server exactly once`);
}

function resendPlanScenario(count: number): Scenario {
  return {
    id: 'resend-plan-killed-half-way',
    component: APP,
    fault: 'SIGKILL at random, and at each commit point, while a bulk resend is frozen and while it runs; two at once; a pause',
    sized: resendPlanScenario,
    async run(stage) {
      const { apps, query } = stage.world;
      const [clock] = await query<{ now: Date }>(`select date_trunc('milliseconds', now()) as now`);
      await deadLetters(stage, count);
      const source = stage.commands[0]?.source;
      await apps.get(APP).stop();
      const rate_per_second = Math.min(1000, Math.ceil(count / 15));
      const { plan_id } = await ask(stage, 'POST', '', { source, status: 'dead_letter', created_from: clock?.now, rate_per_second });
      const show = (): Promise<Plan> => ask(stage, 'GET', `/${plan_id}`);
      const resent = (part: number): Promise<unknown> =>
        stage.until(`${part} of the plan is sent again`, async () => (await show()).resent >= count * part, LONG_MS);
      stage.faulted();
      await killedAt(stage, 'advance_planning.after@1');
      stage.check((await show()).resendable === 0, 'a chunk that was not committed counts as frozen');
      await killedAt(stage, 'commit.after@1');
      await apps.start(APP);
      await stage.until('the plan is ready', async () => (await show()).status === 'ready', LONG_MS);
      const { resendable } = await show();
      stage.check(resendable === count, `${resendable} deliveries are in the plan of ${count}`);

      await ask(stage, 'POST', `/${plan_id}/start`);
      await resent(0.2);
      await apps.kill(APP);
      for (const point of ['mark_resend_items.after@2', 'advance_resend_plan.after@2', 'commit.after@2']) await killedAt(stage, point);
      stage.check((await show()).status === 'running', 'the plan was done before the scheduler was killed half-way');
      await ask(stage, 'POST', `/${plan_id}/pause`);
      await apps.start(APP);
      await apps.start(APP, { name: 'scheduler-2' });
      await ask(stage, 'POST', `/${plan_id}/start`);
      await resent(0.6);
      await ask(stage, 'POST', `/${plan_id}/pause`);
      const paused = await show();
      const made = async (): Promise<number> =>
        (
          await query<{ count: number }>(`select count(*)::int as count from idempotency_keys where scope = $1`, [`resend-plan:${plan_id}`])
        )[0]?.count ?? 0;
      stage.check((await made()) === paused.resent, 'more was sent again than the paused plan says');
      stage.check(paused.status === 'paused' && paused.resent < count, 'the plan was done before it was paused');
      await apps.kill('scheduler-2');
      await ask(stage, 'POST', `/${plan_id}/start`);
      await stage.until('the plan is done', async () => (await show()).status === 'done', LONG_MS);
      const { failed } = await show();
      stage.check(failed === 0, `${failed} deliveries of the plan failed`);
      await stage.until(
        'all that was sent again has ended',
        async () => (await query(`select from deliveries where resend_of is not null and status = 'queued' limit 1`)).length === 0,
        LONG_MS,
      );
      await holdOnce(stage);
    },
  };
}

export const resendPlanScenarios: readonly Scenario[] = [resendPlanScenario(COMMANDS)];
