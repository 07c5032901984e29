import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAILCTL = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'mailctl', 'bin', 'mailctl.js');

export interface MailctlRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of `--json`: each line of the output. */
  readonly json: readonly Readonly<Record<string, unknown>>[];
}

/** mailctl in a process of its own, without a terminal. */
export function runMailctl({ url }: { readonly url: string }, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<MailctlRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAILCTL, ...args], {
      env: { PATH: process.env['PATH'] ?? '', MAILCTL_URL: url, MAILCTL_OPERATOR: 'ada', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({
        code,
        stdout,
        stderr,
        get json() {
          return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));
        },
      }),
    );
  });
}
