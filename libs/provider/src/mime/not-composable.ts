/** The mail cannot be a message, whoever composes it: what it holds is at fault. Any other error is a failure of ours. */
export class NotComposable extends Error {
  override readonly name = 'NotComposable';
}
