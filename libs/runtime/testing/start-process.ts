import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface LogLine {
  readonly event?: string;
  readonly msg?: string;
  readonly [field: string]: unknown;
}

export interface Exit {
  readonly code: number | null;
  readonly log: readonly LogLine[];
  readonly stderr: string;
}

export interface StartedProcess {
  /** Resolves with the first log line of that event, also one of the past; rejects when the process ends without it. */
  logged(event: string): Promise<LogLine>;
  /** Lets the process go on. */
  proceed(): void;
  signal(signal: NodeJS.Signals): void;
  readonly exit: Promise<Exit>;
}

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Runs a script of this folder from the sources, as a process of its own, with nothing in its environment but `env`. */
export function startProcess(script: string, args: readonly string[], env: Readonly<Record<string, string>>): StartedProcess {
  const child = spawn(
    process.execPath,
    [
      ...['--conditions=@mail/source', '--experimental-transform-types', '--disable-warning=ExperimentalWarning'],
      ...['--import', path('./resolve-sources.mjs'), path(script), ...args],
    ],
    { env: { PATH: process.env['PATH'], ...env } },
  );
  const log: LogLine[] = [];
  const waiting: { event: string; resolve: (line: LogLine) => void; reject: (error: Error) => void }[] = [];
  let stderr = '';
  let ended = false;
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as LogLine;
    log.push(line);
    for (const { event, resolve } of waiting) if (line.event === event) resolve(line);
  });
  const lost = (event: string): Error => new Error(`ended without "${event}": ${JSON.stringify(log)} ${stderr}`);
  const exit = new Promise<Exit>((resolve) => {
    child.on('close', (code) => {
      ended = true;
      for (const { event, reject } of waiting) reject(lost(event));
      resolve({ code, log, stderr });
    });
  });
  return {
    exit,
    logged: (event) =>
      new Promise((resolve, reject) => {
        const past = log.find((line) => line.event === event);
        if (past !== undefined) resolve(past);
        else if (ended) reject(lost(event));
        else waiting.push({ event, resolve, reject });
      }),
    proceed: () => void child.stdin.write('\n'),
    signal: (signal) => void child.kill(signal),
  };
}
