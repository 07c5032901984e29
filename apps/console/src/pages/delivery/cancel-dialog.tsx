import type { CancelledDelivery, Explanation } from '@mail/client';
import { ask } from '../../api/ask.js';
import { Chip } from '../../ui/chip.js';
import { Confirm } from '../../ui/confirm.js';
import { plural } from '../../words.js';

export function CancelDialog({ why, onClose }: { readonly why: Explanation; readonly onClose: () => void }) {
  const { accepted = 0, uncertain = 0, pending = 0 } = why.facts.recipients;
  return (
    <Confirm<CancelledDelivery>
      title="Cancel this delivery?"
      act="Cancel the delivery"
      isDangerous
      order={({ operator }) => ask(`deliveries/${why.delivery_id}/cancel`, { method: 'POST', operator })}
      done={({ status }) => (
        <p>
          It has ended: <Chip of={status} />
        </p>
      )}
      onClose={onClose}
    >
      <p>
        It ends now, for good: nothing more is sent to {plural(pending, 'recipient')} still open, and what is secret in it is wiped. It can
        be sent again later unless there was something secret in it.
      </p>
      {accepted > 0 && <p>{plural(accepted, 'recipient has', 'recipients have')} got it already, and will keep it.</p>}
      {uncertain > 0 && <p>To {plural(uncertain, 'recipient')} it may be out already: then it ends as uncertain.</p>}
    </Confirm>
  );
}
