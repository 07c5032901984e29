const MAX_TOKEN = 128;
const MAX_POINTER = 1024;

/**
 * RFC 6901. A name that is longer than 128 characters is cut, and so is a path past 1024, so that nobody's input makes an answer long:
 * a `…` stands for what is missing.
 */
export function jsonPointer(path: readonly PropertyKey[]): string {
  let pointer = '';
  for (const token of path) {
    const next = `/${cut(String(token)).replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (pointer.length + next.length > MAX_POINTER) return `${pointer}/…`;
    pointer += next;
  }
  return pointer;
}

function cut(token: string): string {
  return token.length <= MAX_TOKEN ? token : `${token.slice(0, MAX_TOKEN).toWellFormed()}…`;
}
