import { join } from 'node:path';
import { projectRoot } from './project-root.ts';
import type { Context } from './run-command.ts';
import { logTail } from './log-tail.ts';
import { Trouble } from './trouble.ts';

/** The environment of programs of the workspace: ours, with the pinned tools first. */
export function toolEnvironment(): Record<string, string> {
  const ours = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const bin = join(projectRoot, 'node_modules', '.bin');
  return {
    ...Object.fromEntries(ours),
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    NX_DAEMON: 'false',
    NX_NO_CLOUD: 'true',
    NX_TUI: 'false',
  };
}

export interface KeptRun {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Its whole environment; where left out, that of programs of the workspace. */
  readonly env?: Readonly<Record<string, string>>;
  /** What to do where it fails. */
  readonly cure: string;
}

/** Runs a program of the workspace to its end, its output in a log file. Rejects with Trouble and the log's end where it fails. */
export async function runKept({ processes, logFile }: Context, run: KeptRun): Promise<void> {
  const log = logFile(run.name);
  const child = await processes.start({
    name: run.name,
    tier: 'application',
    command: run.command,
    args: run.args,
    env: run.env ?? toolEnvironment(),
    cwd: projectRoot,
    logFile: log,
    stopSignal: 'SIGTERM',
    stopWithinMs: 5000,
  });
  const { code } = await child.exited;
  if (code === 0) return;
  throw new Trouble(`${run.name} failed (exit ${code ?? 'by a signal'}):\n${logTail(log, 40)}`, `${run.cure} The whole log is ${log}`);
}
