import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromKeeper, ProcessSpec, ToKeeper } from './keeper-messages.ts';
import { Trouble } from './trouble.ts';

export interface KeptProcess {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
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
  /** Resolves once it runs, which does not mean that it is ready. Rejects with Trouble where it cannot be run. */
  start(spec: ProcessSpec): Promise<KeptProcess>;
  /** Ends all, applications first; again with `now`: at once. Resolves once nothing runs. */
  stopAll(options?: { now: boolean; onExit?: (name: string) => void }): Promise<void>;
  /** Resolves when the keeper is gone, which takes everything along. */
  readonly ended: Promise<unknown>;
}

interface Entry {
  readonly running: PromiseWithResolvers<KeptProcess>;
  readonly exit: PromiseWithResolvers<ProcessExit>;
}

/**
 * Starts the keeper, which ends every process started through it when this process ends, however that happens.
 * @param lock one keeper of this name at a time on the machine
 */
export async function keepProcesses(lock: string, busy: Trouble): Promise<KeptProcesses> {
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
    if (message.type === 'locked') return ready.reject(busy);
    const { name } = message;
    const entry = entries.get(name);
    if (entry === undefined) return;
    if (message.type === 'started') {
      entry.running.resolve({
        name,
        pid: message.pid,
        exited: entry.exit.promise,
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
    entry.exit.resolve({ code: message.code, signal: message.signal });
    onExit(name);
  });
  void ended.then(() => {
    ready.reject(new Error('The keeper of the processes ended.'));
    // Were it killed alone, its children would be orphans: their exits are what everybody waits for.
    for (const { running, exit } of entries.values()) {
      running.promise.then(
        ({ pid }) => killIfAlive(pid),
        () => {},
      );
      exit.resolve({ code: null, signal: 'SIGKILL' });
    }
  });
  await ready.promise;
  return {
    ended,
    start(spec) {
      const entry: Entry = { running: Promise.withResolvers(), exit: Promise.withResolvers() };
      entries.set(spec.name, entry);
      send({ type: 'start', spec });
      return entry.running.promise;
    },
    async stopAll(options) {
      onExit = options?.onExit ?? onExit;
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
