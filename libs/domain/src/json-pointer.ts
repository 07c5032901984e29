const MAX_TOKEN = 128;

/** RFC 6901. A name that is longer than 128 characters is cut, so that nobody's input makes an answer long. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((token) => `/${cut(String(token)).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function cut(token: string): string {
  return token.length <= MAX_TOKEN ? token : `${token.slice(0, MAX_TOKEN).toWellFormed()}…`;
}
