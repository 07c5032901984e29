import type { ProblemCode } from '../problem.js';
import type { ResendPlanStatus } from './resend-plan.js';

/** What an operator orders of a plan. */
export type ResendPlanAct = 'start' | 'pause' | 'cancel';

const TARGET = { start: 'running', pause: 'paused', cancel: 'cancelled' } as const satisfies Record<ResendPlanAct, ResendPlanStatus>;

export type OrderedPlan =
  | { readonly kind: 'becomes'; readonly status: (typeof TARGET)[ResendPlanAct] }
  /** It is so already: an order whose answer was lost may be given again. */
  | { readonly kind: 'stays' }
  | { readonly kind: 'refused'; readonly code: ProblemCode; readonly detail: string };

const FROM: Readonly<Record<ResendPlanAct, readonly ResendPlanStatus[]>> = {
  start: ['ready', 'paused'],
  pause: ['running'],
  cancel: ['planning', 'ready', 'running', 'paused'],
};
const CODE = { start: 'not_startable', pause: 'not_pausable', cancel: 'not_cancellable' } as const satisfies Record<
  ResendPlanAct,
  ProblemCode
>;
const STANDS: Readonly<Record<ResendPlanStatus, string>> = {
  planning: 'Its set is still being frozen: look again in a moment.',
  ready: 'It has not been started.',
  running: 'It is running.',
  paused: 'It is paused.',
  done: 'It is done: make a new plan for what is to be sent once more.',
  cancelled: 'It was cancelled: make a new plan.',
};

/** What becomes of a plan that is told to start (or to go on), to pause, or to end. */
export function orderResendPlan(status: ResendPlanStatus, act: ResendPlanAct): OrderedPlan {
  if (status === TARGET[act]) return { kind: 'stays' };
  if (FROM[act].includes(status)) return { kind: 'becomes', status: TARGET[act] };
  return { kind: 'refused', code: CODE[act], detail: `The plan is ${status}. ${STANDS[status]}` };
}
