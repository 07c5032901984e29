import type { ResendPlan } from '@mail/client';
import { number } from '../../words.js';

/** How much of what can be sent again was. */
export function Progress({ of: { resendable, resent, failed } }: { readonly of: ResendPlan }) {
  return (
    <span className="progress">
      <progress max={Math.max(1, resendable)} value={resent + failed} aria-label="Tried" />
      <span className="nowrap">
        {number(resent)} of {number(resendable)}
        {failed > 0 && `, ${number(failed)} failed`}
      </span>
    </span>
  );
}
