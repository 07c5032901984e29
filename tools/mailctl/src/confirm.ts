import { createInterface } from 'node:readline/promises';
import { Declined, UsageError } from './exit-code.js';

/** Asks on the terminal, unless told not to. @throws Declined after a no, UsageError where there is nobody to ask. */
export async function confirm(question: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new UsageError('this wants to be confirmed, and there is no terminal to ask on: say --yes');
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-D is a no as well.
  const answer = await Promise.race([
    lines.question(`${question} [y/N] `),
    new Promise<string>((resolve) => lines.once('close', () => resolve(''))),
  ]);
  lines.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new Declined('nothing was done');
}
