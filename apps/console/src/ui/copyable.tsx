import { useEffect, useState } from 'react';
import { Icon } from './icon.js';

/** Over plain HTTP there is no clipboard interface, but an old way. */
async function copy(text: string): Promise<boolean> {
  if (window.isSecureContext) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'unseen';
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  return isCopied;
}

const SAID_FOR_MS = 1500;

/** Text to take along: an id, an address, a reply. `short` shows less of it than is copied. */
export function Copyable({ text, what, short }: { readonly text: string; readonly what: string; readonly short?: string }) {
  const [said, setSaid] = useState<'Copied' | 'Not copied' | null>(null);
  useEffect(() => {
    if (said === null) return undefined;
    const timer = setTimeout(() => setSaid(null), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <span className="copyable">
      <code title={short === undefined ? undefined : text}>{short ?? text}</code>
      <button
        type="button"
        className="icon-button"
        aria-label={`Copy ${what}`}
        title={`Copy ${what}`}
        onClick={() => void copy(text).then((isCopied) => setSaid(isCopied ? 'Copied' : 'Not copied'))}
      >
        <Icon name={said === 'Copied' ? 'done' : 'copy'} />
      </button>
      <span className="unseen" role="status">
        {said}
      </span>
    </span>
  );
}

/** A UUIDv7 by its end, where it differs from its neighbours of the same moment. */
export function Id({ id, what }: { readonly id: string; readonly what: string }) {
  return <Copyable text={id} short={`…${id.slice(-12)}`} what={what} />;
}
