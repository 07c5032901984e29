/**
 * The one text of a JSON value (RFC 8785): members sorted by UTF-16 units, no spaces, numbers and strings as ECMAScript writes
 * them. Members that are `undefined` are left out. As deep as the call stack allows: the value comes from a bounded parser.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  let members = '';
  for (const name of Object.keys(value).sort()) {
    const member: unknown = (value as Record<string, unknown>)[name];
    if (member !== undefined) members += `${members === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}
