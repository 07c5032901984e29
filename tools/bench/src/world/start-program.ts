import { join } from 'node:path';
import { projectRoot } from '@mail/local/project-root';
import type { Context } from '@mail/local/run-command';
import { startKept } from '@mail/local/start-kept';
import type { KeptProcess } from '@mail/local/kept-processes';
import { command } from './control.ts';

/** A program of the bench that runs in a process of its own. */
export interface Program {
  readonly process: KeptProcess;
  /** Has it do something. */
  ask<Answer>(name: string, body?: unknown): Promise<Answer>;
}

let started = 0;

/** Starts `src/programs/<name>.ts`, and resolves once it is ready. */
export async function startProgram(context: Context, name: string, args: readonly string[] = []): Promise<Program> {
  started += 1;
  const { process: kept, event } = await startKept(context.processes, {
    // One of a name at a time.
    name: `${name} ${started}`,
    tier: 'application',
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', join(projectRoot, 'tools', 'bench', 'src', 'programs', `${name}.ts`), ...args],
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', NODE_ENV: 'production' },
    cwd: projectRoot,
    logFile: context.logFile(name),
    stopSignal: 'SIGTERM',
    stopWithinMs: 10_000,
  });
  const gone = kept.exited.then(({ code }) => {
    throw new Error(`${name} ended (${code ?? 'by a signal'}) while it was needed; see ${context.logFile(name)}`);
  });
  gone.catch(() => undefined);
  return {
    process: kept,
    ask: <Answer>(what: string, body?: unknown) => Promise.race([command<Answer>(Number(event['port']), what, body), gone]),
  };
}
