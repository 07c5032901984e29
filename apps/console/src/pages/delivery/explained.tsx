import type { Explanation } from '@mail/client';
import { useState } from 'react';
import { Facts } from '../../ui/facts.js';
import { toneOf } from '../../ui/tones.js';
import { When } from '../../ui/when.js';
import { CancelDialog } from './cancel-dialog.js';
import { ResendDialog } from './resend-dialog.js';

interface ExplainedProps {
  readonly why: Explanation;
  readonly expiresAt: string | null;
}

/** Why it is where it is, in the service's own words, and what can be done about it. */
export function Explained({ why, expiresAt }: ExplainedProps) {
  const [asking, setAsking] = useState<'resend' | 'cancel' | null>(null);
  const stop = (): void => setAsking(null);
  const orders = why.actions.filter(({ action }) => action === 'resend' || action === 'cancel');
  const hints = why.actions.filter(({ action, why_not }) => action !== 'resend' && action !== 'cancel' && why_not === null);
  return (
    <section className="explained" data-tone={toneOf(why.status)} aria-label="Why it is where it is">
      <p className="summary">{why.summary}</p>
      <Facts
        of={[
          ['Waits for', why.waits_for],
          ['Rule', why.rule],
          [
            'Next',
            why.next === null ? null : (
              <>
                {why.next.what} {why.next.at !== null && <When at={why.next.at} />}
              </>
            ),
          ],
          ...hints.map(({ action, how }) => [action === 'report_defect' ? 'Report' : 'Check', how] as const),
        ]}
      />
      <ul className="orders">
        {orders.map(({ action, why_not }) => (
          <li key={action}>
            <button
              type="button"
              className={action === 'cancel' ? 'danger' : 'primary'}
              disabled={why_not !== null}
              onClick={() => setAsking(action === 'cancel' ? 'cancel' : 'resend')}
            >
              {action === 'cancel' ? 'Cancel…' : 'Resend…'}
            </button>
            {why_not !== null && <span className="quiet">{why_not}</span>}
          </li>
        ))}
      </ul>
      {asking === 'resend' && <ResendDialog why={why} expiresAt={expiresAt} onClose={stop} />}
      {asking === 'cancel' && <CancelDialog why={why} onClose={stop} />}
    </section>
  );
}
