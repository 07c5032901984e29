import { NotComposable } from './not-composable.js';

/**
 * The last line of defence against header injection: a CR, LF or NUL must have been refused long before.
 * @throws NotComposable when one is there
 */
export function assertHeaderSafe(value: string, header: string): void {
  for (const forbidden of ['\r', '\n', '\0']) {
    if (value.includes(forbidden)) throw new NotComposable(`a line break or NUL in ${header}`);
  }
}
