import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { keepProcesses } from './kept-processes.ts';
import type { KeptProcesses } from './kept-processes.ts';
import { progressOn } from './progress.ts';
import type { Progress } from './progress.ts';
import { projectRoot } from './project-root.ts';
import type { LockHolder } from './run-lock.ts';
import { chooseStateFolder } from './state-folder.ts';
import type { StateFolder } from './state-folder.ts';
import { Trouble } from './trouble.ts';

/** What every command works with. */
export interface Context {
  readonly state: StateFolder;
  /** The command's own part of the state folder: its servers' data, so that commands can run side by side. */
  readonly folder: string;
  /** Where a kept process of this name writes its output; emptied at the start of the command. */
  readonly logFile: (name: string) => string;
  readonly processes: KeptProcesses;
  readonly progress: Progress;
  /** Is run at the end, however that comes, while the services still run: what was lent is given back here. */
  readonly atEnd: (work: () => Promise<void>) => void;
  /** Aborted by Ctrl-C and whatever else ends the command early. */
  readonly interrupted: AbortSignal;
}

/** npm and the terminal may both pass on one Ctrl-C: within this time it counts once. */
const SAME_SIGNAL_MS = 700;
const ENDINGS_WITHIN_MS = 20_000;

function makeFolders(state: StateFolder, command: string): { folder: string; logs: string } {
  const folder = join(state.path, command);
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  chmodSync(folder, state.runAs ? 0o711 : 0o700);
  chmodSync(logs, 0o700);
  return { folder, logs };
}

function explain(error: unknown, progress: Progress): void {
  progress.line();
  if (error instanceof Trouble) {
    progress.line(`✗ ${error.message}`);
    progress.line(`  ${error.cure}`);
  } else {
    progress.line(`✗ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}

function busy(lock: string, holder: LockHolder | null): Trouble {
  const script = holder?.script ?? lock;
  const name = script === 'start' || script === 'test' ? `npm ${script}` : `npm run ${script}`;
  const since = holder === null ? '' : `, since ${new Date(holder.sinceMs).toLocaleTimeString('en-GB')} (process ${holder.pid})`;
  const where = (holder?.where ?? []).map((line) => `\n    ${line}`).join('');
  return new Trouble(
    `\`${name}\` runs in this clone already${since}${where}`,
    'Use that one, or end it with Ctrl-C where it runs. Other commands can run beside it.',
  );
}

/**
 * Runs a command with its state folder, progress and processes, and exits with the code that `work` answers, once everything that it
 * started has ended. A signal, a closed terminal or the death of the caller ends it in the same order; a second Ctrl-C at once.
 * @param lock commands of one lock do not run at the same time in one clone
 */
export async function runCommand(lock: string, work: (context: Context) => Promise<number>): Promise<never> {
  const progress = progressOn(process.stdout);
  const interruption = new AbortController();
  const interrupted = Promise.withResolvers<never>();
  interrupted.promise.catch(() => {});
  let processes: KeptProcesses | undefined;
  let endedBy: NodeJS.Signals | undefined;
  let firstMs = 0;

  const interrupt = (signal: NodeJS.Signals): void => {
    if (endedBy === undefined) {
      endedBy = signal;
      firstMs = performance.now();
      interruption.abort();
      interrupted.reject(new Error(signal));
    } else if (performance.now() - firstMs > SAME_SIGNAL_MS) {
      void processes?.stopAll({ now: true });
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  process.on('disconnect', () => interrupt('SIGHUP'));
  // A closed terminal takes our output with it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

  let code = 1;
  const endings: (() => Promise<void>)[] = [];
  try {
    const state = chooseStateFolder(projectRoot);
    processes = await keepProcesses(`${projectRoot} ${process.getuid?.() ?? 0} ${lock}`, (holder) => busy(lock, holder));
    const { folder, logs } = makeFolders(state, lock);
    for (const file of readdirSync(logs)) rmSync(join(logs, file));
    const context: Context = {
      state,
      folder,
      logFile: (name) => join(logs, `${name}.log`),
      processes,
      progress,
      atEnd: (ending) => endings.push(ending),
      interrupted: interruption.signal,
    };
    const keeperGone = processes.ended.then(() => {
      throw new Error('The keeper of the processes ended.');
    });
    keeperGone.catch(() => {});
    code = await Promise.race([work(context), interrupted.promise, keeperGone]);
  } catch (error) {
    if (endedBy === undefined) explain(error, progress);
  }
  progress.abandonSteps();
  if (endedBy !== undefined) progress.line();
  await stop(processes, endings, progress);
  process.exit(endedBy === undefined ? code : 128 + constants.signals[endedBy]);
}

async function stop(processes: KeptProcesses | undefined, endings: readonly (() => Promise<void>)[], progress: Progress): Promise<void> {
  if (processes === undefined) return;
  await progress.step('Stopping', async (note) => {
    const ended: string[] = [];
    processes.onExit((name) => {
      ended.push(name);
      note(ended.join(', '));
    });
    const given = Promise.allSettled(endings.map((ending) => ending()));
    await Promise.race([given, pause(ENDINGS_WITHIN_MS, undefined, { ref: false })]);
    await processes.stopAll();
  });
}
