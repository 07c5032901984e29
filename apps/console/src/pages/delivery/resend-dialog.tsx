import type { Acceptance, Explanation } from '@mail/client';
import { useState } from 'react';
import { ask } from '../../api/ask.js';
import { useNow } from '../../now.js';
import { Link } from '../../router.js';
import { Confirm } from '../../ui/confirm.js';
import { absolute, plural, spoken } from '../../words.js';

const EXPIRIES = [
  ['in 15 minutes', 15 * 60_000],
  ['in an hour', 3_600_000],
  ['in 24 hours', 86_400_000],
  ['in 7 days', 7 * 86_400_000],
] as const;

interface ResendDialogProps {
  readonly why: Explanation;
  readonly expiresAt: string | null;
  readonly onClose: () => void;
}

export function ResendDialog({ why, expiresAt, onClose }: ResendDialogProps) {
  const isExpired = expiresAt !== null && Date.parse(expiresAt) <= useNow();
  // Fixed when it is chosen: under one key it has to stay the same request.
  const [newExpiry, setNewExpiry] = useState('');
  const body = newExpiry === '' ? {} : { expires_at: newExpiry };
  const { recipients } = why.facts;
  const open = Object.entries(recipients).reduce(
    (sum, [outcome, count = 0]) => sum + (outcome === 'accepted' && why.status !== 'sent' ? 0 : count),
    0,
  );
  return (
    <Confirm<Acceptance>
      title="Resend this delivery?"
      act="Resend"
      order={({ operator, idempotencyKey }) =>
        ask(`deliveries/${why.delivery_id}/resend`, { method: 'POST', operator, idempotencyKey, body })
      }
      done={({ delivery_id, outcome }) => (
        <p>
          A new delivery was made: {spoken(outcome)}. <Link to={`deliveries/${delivery_id}`}>Open it</Link>
        </p>
      )}
      onClose={onClose}
    >
      <p>
        A new delivery with the same content and a Message-ID of its own goes to {plural(open, 'recipient')}
        {why.status === 'sent' ? ', who have got it already' : ': those who have not accepted it yet'}.
      </p>
      {(recipients.uncertain ?? 0) > 0 && (
        <p>To {plural(recipients.uncertain ?? 0, 'recipient')} it may be out already: they may get it twice.</p>
      )}
      {why.resent_as.length > 0 && <p>It was sent again before, {plural(why.resent_as.length, 'time')}.</p>}
      {expiresAt !== null && (
        <label className="field">
          {isExpired ? `It expired at ${absolute(expiresAt)}. New expiry` : 'Expiry'}
          <select
            required={isExpired}
            defaultValue=""
            onChange={({ target }) => setNewExpiry(target.value === '' ? '' : new Date(Date.now() + Number(target.value)).toISOString())}
          >
            <option value="">{isExpired ? 'Choose…' : `As it was, ${absolute(expiresAt)}`}</option>
            {EXPIRIES.map(([name, ms]) => (
              <option key={name} value={ms}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
    </Confirm>
  );
}
