import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@mail/testing';

const MAILCTL = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'mailctl', 'bin', 'mailctl.js');
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export const CTRL_C = '\u0003';
export const CTRL_D = '\u0004';

export interface OnTerminal {
  /** All that was written to the terminal, with what was typed where it shows it. */
  shown(): string;
  type(keys: string): void;
  /** Resolves once it was shown, so many times. */
  shows(text: string, times?: number): Promise<void>;
  /** The exit code; 128 + n where signal n ended it. */
  readonly ended: Promise<number | null>;
}

export interface TerminalOptions {
  /** 0: it does not know its size. */
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** A command of the shell on a terminal of its own. `script` is of util-linux, and so on every Linux. */
export function onTerminal(command: string, { columns = 80, rows = 24, env = {} }: TerminalOptions = {}): OnTerminal {
  const child = spawn('script', ['-qefc', `stty cols ${columns} rows ${rows} && exec ${command}`, '/dev/null'], {
    env: { PATH: process.env['PATH'] ?? '', SHELL: '/bin/sh', TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (data: string) => (text += data));
  // Nobody reads any more once it has ended.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return {
    shown: () => text,
    type: (keys) => void child.stdin.write(keys),
    shows: async (wanted, times = 1) => {
      await eventually(`the terminal shows "${wanted}" ${times} times`, () => Promise.resolve(text.split(wanted).length > times), 60_000);
    },
    ended,
  };
}

/** mailctl on a terminal of its own. */
export function mailctlOnTerminal({ url }: { readonly url: string }, args: readonly string[], options: TerminalOptions = {}): OnTerminal {
  const command = [process.execPath, MAILCTL, ...args].map(quoted).join(' ');
  return onTerminal(command, { ...options, env: { MAILCTL_URL: url, ...options.env } });
}
