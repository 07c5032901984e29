import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { RunAs } from './keeper-messages.ts';

export interface QuietResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/**
 * Runs a short program to its end and collects its output; a code of 127 where it cannot be run, 124 where it takes too long. It ends
 * with this process. In a group of its own, so that a Ctrl-C is ours to act on.
 */
export function runQuietly(
  command: string,
  args: readonly string[],
  { cwd, withinMs, runAs, env }: { cwd?: string; withinMs: number; runAs?: RunAs | undefined; env?: Readonly<Record<string, string>> },
): Promise<QuietResult> {
  return new Promise((resolve) => {
    let stdout = '';
    let stderr = '';
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      ...(cwd ? { cwd } : {}),
      ...runAs,
      env: { ...process.env, ...env },
    });
    running.add(child);
    const killing = setTimeout(() => child.kill('SIGKILL'), withinMs);
    const finish = (code: number, fault = ''): void => {
      clearTimeout(killing);
      running.delete(child);
      resolve({ code, stdout, stderr: stderr + fault });
    };
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', (error) => finish(127, error.message));
    child.once('close', (code, signal) => finish(signal === 'SIGKILL' ? 124 : (code ?? 1)));
  });
}
