import { Section } from '../../ui/page.js';
import { number } from '../../words.js';

/** Counts, the largest as wide as there is room. */
export function Bars({ title, of }: { readonly title: string; readonly of: readonly (readonly [string, number])[] }) {
  const most = Math.max(1, ...of.map(([, count]) => count));
  return (
    <Section title={title}>
      {of.length === 0 && <p className="note">None.</p>}
      <ul className="bars">
        {of.map(([name, count]) => (
          <li key={name}>
            <span>{name}</span>
            <strong>{number(count)}</strong>
            <meter min={0} max={most} value={count} aria-hidden="true" />
          </li>
        ))}
      </ul>
    </Section>
  );
}
