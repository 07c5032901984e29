import { createInterface } from 'node:readline';
import { Declined, Interrupted, UsageError } from './exit-code.js';

/** Asks on the terminal, unless told not to; what is asked may take a request to know. @throws Declined after a no, Interrupted by Ctrl-C, UsageError where there is nobody to ask. */
export async function confirm(question: string | (() => Promise<string>), yes: boolean): Promise<void> {
  if (yes) return;
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new UsageError('this wants to be confirmed, and there is no terminal to ask on: say --yes');
  }
  const asked = typeof question === 'string' ? question : await question();
  const answer = await ask(`${asked} [y/N] `);
  if (answer === 'Ctrl-C') throw new Interrupted('nothing was done');
  if (!/^y(es)?$/i.test(answer.trim())) throw new Declined('nothing was done');
}

function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    // The cursor stands behind the question still.
    const left = (answer: string): void => {
      process.stderr.write('\n');
      resolve(answer);
    };
    // Ctrl-D is a no as well.
    const closed = (): void => left('');
    lines.once('close', closed);
    lines.once('SIGINT', () => {
      lines.off('close', closed).close();
      left('Ctrl-C');
    });
    lines.question(question, (answer) => {
      lines.off('close', closed).close();
      resolve(answer);
    });
  });
}
