import type { AdoptedStream, StreamStats } from '@mail/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../../api/ask.js';
import { Confirm } from '../../ui/confirm.js';
import { Trouble } from '../../ui/notice.js';
import { number } from '../../words.js';

/** Goes on with a stream that went backwards: its offset is given up, so that its name has to be written once more. */
export function AdoptDialog({ stream, onClose }: { readonly stream: StreamStats; readonly onClose: () => void }) {
  const { stream: name, last_id, consumed } = stream;
  const [after, setAfter] = useState('');
  const request = { stream: name, confirm: name, ...(after === '' ? {} : { last_id: after }) };
  return (
    <Confirm<AdoptedStream>
      title="Adopt this stream?"
      act="Adopt the stream"
      isDangerous
      order={({ operator }) => ask('stream/adopt', { method: 'POST', operator, body: request })}
      done={({ incarnation, last_id: start }) => (
        <p>
          It is read on after <code>{start}</code>, as incarnation {incarnation}.
        </p>
      )}
      onClose={onClose}
    >
      <p>
        The offset <code>{last_id}</code> of the stream <code>{name}</code> and its count of {number(consumed)} are given up. Find out first
        why it was replaced by an older one.
      </p>
      <Meaning request={request} />
      <label className="field">
        Read on after this entry (empty: what idempotency keys no longer cover is not read)
        <input
          autoComplete="off"
          spellCheck={false}
          pattern="[0-9]+(-[0-9]+)?"
          title="The id of a stream entry, such as 0-0"
          value={after}
          onChange={({ target }) => setAfter(target.value.trim())}
        />
      </label>
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

/** What the adoption would do, as the service says. */
function Meaning({ request }: { readonly request: object }) {
  const { data, error } = useQuery({
    queryKey: ['adoption', request],
    queryFn: ({ signal }) => ask<AdoptedStream>('stream/adopt', { method: 'POST', body: { ...request, dry_run: true }, signal }),
  });
  if (error !== null) return <Trouble error={error} />;
  if (data === undefined) return <p role="status">Asking what would be read …</p>;
  const { last_id, may_be_sent_again: again, passed_over } = data;
  return (
    <p role="status">
      Reading goes on after <code>{last_id}</code>.{' '}
      {again === null
        ? 'How many entries may be sent again is not known: the consumer has not counted them yet.'
        : `Entries that may be sent again: at most ${number(again)}. Older ones, which are not read: at most ${number(passed_over ?? 0)}.`}
    </p>
  );
}
