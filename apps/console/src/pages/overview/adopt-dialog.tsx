import type { AdoptedStream, StreamStats } from '@mail/client';
import { ask } from '../../api/ask.js';
import { Confirm } from '../../ui/confirm.js';
import { number } from '../../words.js';

/** Goes on with a stream that went backwards: its offset is given up, so that its name has to be written once more. */
export function AdoptDialog({ stream, onClose }: { readonly stream: StreamStats; readonly onClose: () => void }) {
  const { stream: name, last_id, consumed } = stream;
  return (
    <Confirm<AdoptedStream>
      title="Adopt this stream?"
      act="Adopt the stream"
      isDangerous
      order={({ operator }) => ask('stream/adopt', { method: 'POST', operator, body: { stream: name, confirm: name } })}
      done={({ incarnation }) => <p>It is read again, from its beginning, as incarnation {incarnation}.</p>}
      onClose={onClose}
    >
      <p>
        The stream <code>{name}</code> is read from its beginning. Its offset <code>{last_id}</code> and its count of {number(consumed)} are
        given up; what was accepted before is known by its keys, and not accepted again.
      </p>
      <p>Find out first why it was replaced by an older one.</p>
      <label className="field">
        Its name, to be sure
        <input
          required
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => target.setCustomValidity(target.value === name ? '' : `The name is ${name}`)}
        />
      </label>
    </Confirm>
  );
}
