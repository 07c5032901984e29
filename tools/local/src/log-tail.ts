import { existsSync, readFileSync } from 'node:fs';

/** The last lines of a log, indented, to be shown below an error. */
export function logTail(file: string, lines = 15): string {
  if (!existsSync(file)) return '';
  const text = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines);
  return text.map((line) => `    ${line.slice(0, 400)}`).join('\n');
}
