import { spoken } from '../words.js';
import { Icon } from './icon.js';
import { toneOf } from './tones.js';

/** A status or an outcome: a word, with a shape and a colour. */
export function Chip({ of }: { readonly of: string }) {
  const tone = toneOf(of);
  return (
    <span className="chip" data-tone={tone}>
      <Icon name={tone} />
      {spoken(of)}
    </span>
  );
}
