import { setTimeout as wait } from 'node:timers/promises';
import type { ResendPlan } from '@mail/client';
import type { Context } from '../context.js';
import { fitted, jsonLine } from '../output/plain-text.js';
import { progressLine } from './show-resend-plan.js';

/** Asks until it is so, or the time is over; what it was last. */
export async function resendPlanOnce(
  { client }: Context,
  id: string,
  isSo: (plan: ResendPlan) => boolean,
  { intervalMs, forMs = Infinity, each }: { intervalMs: number; forMs?: number; each?: (plan: ResendPlan) => Promise<void> },
): Promise<ResendPlan> {
  const startedAt = performance.now();
  for (;;) {
    const plan = await client.resendPlans.get(id);
    await each?.(plan);
    if (isSo(plan) || performance.now() - startedAt + intervalMs > forMs) return plan;
    await wait(intervalMs);
  }
}

/** Shows how far a plan has come, until it ends: one line that changes on a terminal, elsewhere a line for each change. */
export async function watchResendPlan(context: Context, id: string, intervalMs: number): Promise<void> {
  const { screen, json, now } = context;
  let last = '';
  const each = async (plan: ResendPlan): Promise<void> => {
    const line = json ? jsonLine(plan) : progressLine(plan, now());
    // Not where only its estimate or its age has changed.
    const state = [plan.status, plan.resendable, plan.resent, plan.failed].join(' ');
    // A line that wraps cannot be taken back.
    if (!json && screen.isTerminal) await screen.write(`\r\u001b[K${fitted(line, (screen.width ?? Infinity) - 1)}`);
    else if (state !== last) await screen.write(`${line}\n`);
    last = state;
  };
  await resendPlanOnce(context, id, ({ status }) => status === 'done' || status === 'cancelled', { intervalMs, each });
  if (!json && screen.isTerminal) await screen.write('\n');
}
