/** What the search finds deliveries by, under the names of the API. */
export type Filters = Readonly<Record<string, string>>;

export type Searched = { readonly id: string } | { readonly filters: Filters } | { readonly fault: string };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NAMES: Readonly<Record<string, string>> = {
  source: 'source',
  recipient: 'recipient',
  to: 'recipient',
  template: 'template_id',
  template_id: 'template_id',
  key: 'idempotency_key',
  idempotency_key: 'idempotency_key',
};
/** Filters that are written in the search; status and period have places of their own. */
export const isSearched = (name: string): boolean =>
  name.startsWith('tag.') || ['source', 'recipient', 'template_id', 'idempotency_key'].includes(name);

/** `source:shop template:game.turn_ready`, an address, or an id; which go together is for the API to say. */
export function readSearch(text: string): Searched {
  const words = text.trim().split(/\s+/).filter(Boolean);
  if (words.length === 1 && UUID.test(words[0] ?? '')) return { id: (words[0] ?? '').toLowerCase() };
  const filters: Record<string, string> = {};
  for (const word of words) {
    const named = /^(tag\.[^:]+|[a-z_]+):(.+)$/.exec(word);
    const [, name = '', value = ''] = named ?? [];
    if (named === null) {
      if (!word.includes('@'))
        return { fault: `What is “${word}”? Write an address, an id, or one of source:, template:, key:, tag.name:` };
      filters['recipient'] = word;
    } else if (name.startsWith('tag.')) {
      filters[name] = value;
    } else if (NAMES[name] === undefined) {
      return { fault: `There is no filter “${name}:”. There are source:, template:, key:, to:, tag.name:` };
    } else {
      filters[NAMES[name]] = value;
    }
  }
  return { filters };
}

const SHORT: Readonly<Record<string, string>> = { template_id: 'template', idempotency_key: 'key' };

/** The same the other way: what the search shows for an address. */
export function writeSearch(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => isSearched(name))
    .map(([name, value]) => (name === 'recipient' ? value : `${SHORT[name] ?? name}:${value}`))
    .join(' ');
}
