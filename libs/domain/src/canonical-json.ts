/** Text that JSON writes as it is. Most is, and a look at it costs less than the serialiser's start. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
/** What is longer is the serialiser's, which looks at many characters at once. */
const SHORT = 64;

/**
 * The one text of a JSON value (RFC 8785): members sorted by UTF-16 units, no spaces, numbers and strings as ECMAScript writes
 * them. Members that are `undefined` are left out. As deep as the call stack allows: the value comes from a bounded parser.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  let members = '';
  if (Array.isArray(value)) {
    for (const entry of value) members += `${members === '' ? '' : ','}${canonicalJson(entry)}`;
    return `[${members}]`;
  }
  for (const name of Object.keys(value).sort()) {
    const member: unknown = (value as Record<string, unknown>)[name];
    if (member !== undefined) members += `${members === '' ? '' : ','}${quoted(name)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

function quoted(text: string): string {
  return text.length <= SHORT && PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
