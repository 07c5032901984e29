import type { ExplainedAction, Explanation } from '@mail/client';
import type { Context } from '../context.js';
import { timeWithAge } from '../output/age.js';
import { oneLine } from '../output/plain-text.js';
import { fields } from '../output/table.js';

const actionLine = ({ action, how, why_not }: ExplainedAction): readonly [string, string] => [
  action,
  why_not === null ? how : `not now: ${why_not}`,
];

/** The service's own words, and nothing added to them. */
export function explanationText(explanation: Explanation, { screen, now }: Context): string {
  const { delivery_id, status, situation, summary, waits_for, rule, next, actions, resend_of, resent_as } = explanation;
  const what = fields(
    [
      ['delivery', delivery_id],
      ['status', `${status} (${situation})`],
      ['waits for', waits_for ?? undefined],
      ['rule', rule],
      ['next', next?.what],
      ['at', next === null || next.at === null ? undefined : timeWithAge(next.at, now())],
      ['resend of', resend_of ?? undefined],
      ['resent as', resent_as.length === 0 ? undefined : resent_as.join(', ')],
    ],
    screen.paint,
  );
  const can = actions.length === 0 ? '' : `\n${screen.paint('What can be done', 'bold')}\n${fields(actions.map(actionLine), screen.paint)}`;
  return `${screen.paint(oneLine(summary), 'bold')}\n\n${what}${can}`;
}
