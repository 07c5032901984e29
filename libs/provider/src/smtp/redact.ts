/** Takes secrets out of what a server says: some repeat the line that they refuse. The longest first, since one may hold another. */
export function redact(text: string, secrets: Iterable<string>): string {
  const longestFirst = [...secrets].filter((secret) => secret !== '').sort((one, other) => other.length - one.length);
  return longestFirst.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}
