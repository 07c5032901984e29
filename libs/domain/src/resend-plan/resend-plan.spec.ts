import { describe, expect, it, test } from 'vitest';
import { planObstacle, resendObstacle, type PlanFacts } from './plan-obstacle.js';
import { countFrozen, NOTHING_COUNTED, planAge, tally } from './resend-counts.js';
import { RESEND_PLAN_STATUSES, type ResendPlanStatus } from './resend-plan.js';
import { orderResendPlan, type ResendPlanAct } from './resend-plan-order.js';

describe('a plan that is told to', () => {
  const STAYS = 'stays';
  const ORDERS: [ResendPlanAct, Record<ResendPlanStatus, string>][] = [
    [
      'start',
      {
        planning: 'not_startable',
        ready: 'running',
        running: STAYS,
        paused: 'running',
        done: 'not_startable',
        cancelled: 'not_startable',
      },
    ],
    [
      'pause',
      {
        planning: 'not_pausable',
        ready: 'not_pausable',
        running: 'paused',
        paused: STAYS,
        done: 'not_pausable',
        cancelled: 'not_pausable',
      },
    ],
    [
      'cancel',
      { planning: 'cancelled', ready: 'cancelled', running: 'cancelled', paused: 'cancelled', done: 'not_cancellable', cancelled: STAYS },
    ],
  ];
  const cases = ORDERS.flatMap(([act, becomes]) => RESEND_PLAN_STATUSES.map((status) => [act, status, becomes[status]] as const));
  test.each(cases)('%s while it is %s: %s', (act, status, expected) => {
    const ordered = orderResendPlan(status, act);
    expect(ordered.kind === 'becomes' ? ordered.status : ordered.kind === 'refused' ? ordered.code : ordered.kind).toBe(expected);
  });
});

describe('a plan leaves out', () => {
  const FACTS: PlanFacts = { status: 'dead_letter', isPurged: false, isExpired: false, isResent: false, hasRecipients: true };
  const TERMS = { newExpiry: false, includeResent: false };
  test.each([
    ['nothing that can be sent again', {}, {}, null],
    ['what has not ended', { status: 'queued' as const, isPurged: true }, {}, 'not_terminal'],
    ['what lost a secret, whatever else is wrong with it', { isPurged: true, isExpired: true }, { newExpiry: true }, 'content_purged'],
    ['what is past its expiry', { isExpired: true, isResent: true }, {}, 'expired'],
    ['nothing for its expiry where it gets a new one', { isExpired: true }, { newExpiry: true }, null],
    ['what was sent again before', { isResent: true }, {}, 'already_resent'],
    ['nothing for that where it is asked for', { isResent: true }, { includeResent: true }, null],
    ['what everybody has', { hasRecipients: false }, {}, 'no_recipients'],
  ])('%s', (_, facts, terms, obstacle) => {
    expect(planObstacle({ ...FACTS, ...facts }, { ...TERMS, ...terms })).toBe(obstacle);
  });

  it('nothing that a single resend would send, but for what was sent again before', () => {
    expect(resendObstacle(FACTS, false)).toBeNull();
    expect(resendObstacle({ ...FACTS, isExpired: true }, false)).toBe('expired');
  });
});

describe('what is frozen', () => {
  const frozen = (more = {}) => ({ obstacle: null, templateId: null, lastOutcome: null, age: 'up_to_1h' as const, ...more });

  it('is counted by what it is, if it can be sent again, else by why not', () => {
    const first = countFrozen(NOTHING_COUNTED, [
      frozen({ templateId: 'game.turn_ready', lastOutcome: 'transport_failed' }),
      frozen(),
      frozen({ obstacle: 'expired', templateId: 'game.turn_ready' }),
    ]);
    expect(countFrozen(first, [frozen({ age: 'older' }), frozen({ obstacle: 'expired' })])).toEqual({
      by_template: { 'game.turn_ready': 1, '': 2 },
      by_age: { up_to_1h: 2, older: 1 },
      by_last_outcome: { transport_failed: 1, '': 2 },
      not_resendable: { expired: 2 },
    });
  });

  it('may have any name', () => {
    expect(tally(tally({}, ['__proto__', 'constructor']), ['constructor'])).toEqual(
      Object.fromEntries([
        ['__proto__', 1],
        ['constructor', 2],
      ]),
    );
  });

  test.each([
    [0, 'up_to_1h'],
    [3_600_000, 'up_to_1h'],
    [3_600_001, 'up_to_1d'],
    [86_400_001, 'up_to_7d'],
    [30 * 86_400_000, 'up_to_30d'],
    [30 * 86_400_000 + 1, 'older'],
  ])('%s ms old is %s', (ageMs, age) => {
    expect(planAge(ageMs)).toBe(age);
  });
});
