/**
 * The last line of defence against header injection: a CR, LF or NUL must have been refused long before.
 * @throws Error when one is there, since that is a bug
 */
export function assertHeaderSafe(value: string, header: string): void {
  for (const forbidden of ['\r', '\n', '\0']) {
    if (value.includes(forbidden)) throw new Error(`a line break or NUL in ${header}`);
  }
}
