import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromKeeper, ProcessSpec, ToKeeper } from './keeper-messages.ts';
import type { LockHolder } from './run-lock.ts';
import { Trouble } from './trouble.ts';

export interface KeptProcess {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  /** How it ended; undefined while it runs. */
  exit(): ProcessExit | undefined;
  /** Sends a signal, SIGKILL included. */
  signal(signal: NodeJS.Signals): void;
  /** Ends it in order, by its own stop signal. */
  stop(): Promise<ProcessExit>;
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface KeptProcesses {
  /** Resolves once it runs, which does not mean that it is ready. Rejects with Trouble where it cannot be run, and while one of its name runs. */
  start(spec: ProcessSpec): Promise<KeptProcess>;
  /** Ends all, applications first; again with `now`: at once. Resolves once nothing runs. */
  stopAll(options?: { now: boolean }): Promise<void>;
  /** Where what runs can be reached: said to whoever asks for the lock. */
  announce(where: readonly string[]): void;
  /** Tells of every process that ends from now on. */
  onExit(listener: (name: string) => void): void;
  /** Resolves when the keeper is gone, which takes everything along. */
  readonly ended: Promise<unknown>;
}

interface Entry {
  readonly running: PromiseWithResolvers<KeptProcess>;
  readonly exit: PromiseWithResolvers<ProcessExit>;
  ended?: ProcessExit;
}

/**
 * Starts the keeper, which ends every process started through it when this process ends, however that happens.
 * @param lock one keeper of this name at a time on the machine
 * @param busy what to reject with where somebody else holds the lock and goes on
 */
export async function keepProcesses(lock: string, busy: (holder: LockHolder | null) => Trouble): Promise<KeptProcesses> {
  const keeper = fork(fileURLToPath(new URL('./keeper.ts', import.meta.url)), [lock], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const entries = new Map<string, Entry>();
  const ended = once(keeper, 'exit');
  const send = (message: ToKeeper): void => {
    if (keeper.connected) keeper.send(message);
  };
  const ready = Promise.withResolvers<void>();
  let onExit: (name: string) => void = () => {};

  keeper.on('message', (message: FromKeeper) => {
    if (message.type === 'ready') return ready.resolve();
    if (message.type === 'locked') return ready.reject(busy(message.holder));
    const { name } = message;
    const entry = entries.get(name);
    if (entry === undefined) return;
    if (message.type === 'started') {
      entry.running.resolve({
        name,
        pid: message.pid,
        exited: entry.exit.promise,
        exit: () => entry.ended,
        signal: (signal) => send({ type: 'signal', name, signal }),
        stop: () => {
          send({ type: 'stop', name });
          return entry.exit.promise;
        },
      });
      return;
    }
    entries.delete(name);
    if (message.type === 'failed') {
      entry.running.reject(new Trouble(`${name} cannot be run: ${message.message}.`, 'See whether the file is there and may be executed.'));
      return;
    }
    entry.ended = { code: message.code, signal: message.signal };
    entry.exit.resolve(entry.ended);
    onExit(name);
  });
  void ended.then(() => {
    ready.reject(new Error('The keeper of the processes ended.'));
    // Were it killed alone, its children would be orphans: their exits are what everybody waits for.
    for (const entry of entries.values()) {
      entry.running.promise.then(
        ({ pid }) => killIfAlive(pid),
        () => {},
      );
      entry.ended = { code: null, signal: 'SIGKILL' };
      entry.exit.resolve(entry.ended);
    }
  });
  await ready.promise;
  return {
    ended,
    start(spec) {
      // Else what is meant for the one would reach the other.
      if (entries.has(spec.name)) return Promise.reject(new Error(`${spec.name} runs already.`));
      const entry: Entry = { running: Promise.withResolvers(), exit: Promise.withResolvers() };
      entries.set(spec.name, entry);
      send({ type: 'start', spec });
      return entry.running.promise;
    },
    announce: (where) => send({ type: 'where', where }),
    onExit(listener) {
      onExit = listener;
    },
    async stopAll(options) {
      send({ type: 'stop-all', now: options?.now ?? false });
      await ended;
    },
  };
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
