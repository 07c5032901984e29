import { existsSync, readFileSync, statSync } from 'node:fs';

export interface LogEvent {
  readonly event: string;
  readonly [name: string]: unknown;
}

/** How far a log reaches, in bytes: what a later reading starts from. */
export function logEnd(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

/** The JSON lines of a log that name an event, from a byte on. Other lines, and one still being written, are passed over. */
export function readLogEvents(file: string, from: number): LogEvent[] {
  if (!existsSync(file)) return [];
  return readFileSync(file)
    .subarray(from)
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      if (!line.includes('"event"')) return [];
      try {
        return [JSON.parse(line) as LogEvent];
      } catch {
        return [];
      }
    });
}
