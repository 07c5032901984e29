import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const APPS = ['intake-api', 'stream-consumer', 'scheduler', 'attempt-worker', 'retention-job'] as const;
export type App = (typeof APPS)[number];

/** The repository, as it is built. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** Where Node keeps what it has compiled, as `npm test` says: a fifth of the work of a start. */
const { NODE_COMPILE_CACHE } = process.env;
const COMPILED: Readonly<Record<string, string>> = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };

export type LogLine = Readonly<Record<string, unknown>> & { readonly event?: string };

/** One of the five, as it is deployed: the built program, in a process of its own, configured by its environment alone. */
export interface MailProcess {
  readonly app: App;
  readonly pid: number;
  /** What it has logged so far. */
  readonly log: readonly LogLine[];
  /** Whatever it wrote, as text. */
  output(): string;
  /** The first line with this event, waiting for it if need be; rejects when the process ends before. */
  logged(event: string): Promise<LogLine>;
  kill(signal: NodeJS.Signals): void;
  /** The exit code, or the signal's name, once it has ended. */
  readonly exited: Promise<number | NodeJS.Signals>;
}

/** Starts the program, of the build at `root`; nothing is waited for. */
export function mailProcess(app: App, env: Readonly<Record<string, string>>, root = ROOT): MailProcess {
  const child: ChildProcess = spawn(process.execPath, [join(root, 'apps', app, 'dist', 'main.js')], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...COMPILED, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: LogLine[] = [];
  let text = '';
  const waiting = new Set<() => void>();
  const look = (): void => [...waiting].forEach((check) => check());
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null || child.pid === undefined) throw new Error(`${app} cannot be started`);
  createInterface({ input: stdout }).on('line', (line) => {
    text += `${line}\n`;
    // Not what the exporters to standard output write, which begins with a brace of its own.
    if (line.startsWith('{"')) log.push(JSON.parse(line) as LogLine);
    look();
  });
  stderr.on('data', (data: Buffer) => (text += data.toString()));
  const exited = once(child, 'close').then(([code, signal]) => (code as number | null) ?? (signal as NodeJS.Signals));
  let ended = false;
  void exited.then(() => {
    ended = true;
    look();
  });
  return {
    app,
    pid: child.pid,
    log,
    output: () => text,
    exited,
    kill: (signal) => child.kill(signal),
    logged: (event) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const line = log.find((candidate) => candidate.event === event);
          if (line === undefined && !ended) return;
          waiting.delete(check);
          if (line !== undefined) resolve(line);
          else reject(new Error(`${app} ended without the event ${event}:\n${text}`));
        };
        waiting.add(check);
        check();
      }),
  };
}
