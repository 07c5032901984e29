// Keeps the processes of one command, and outlives the command to end them: Ctrl-C, a closed terminal or kill -9 of the command close
// the channel to it, and that ends everything. In a session of its own, with children in sessions of theirs, so that no signal of
// the terminal reaches any of them past this order. It holds the command's lock until the last child is gone.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { FromKeeper, ProcessSpec, ToKeeper } from './keeper-messages.ts';
import { takeRunLock } from './run-lock.ts';
import type { LockHolder } from './run-lock.ts';

interface Kept {
  readonly spec: ProcessSpec;
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
}

const LOCK_WAIT_MS = 20_000;
const LOCK_POLL_MS = 100;
const kept = new Map<string, Kept>();
const owner = process.ppid;
const sinceMs = Date.now();
let where: readonly string[] = [];
let stopping = false;

function describe(): LockHolder {
  // Were the owner killed outright, its end may not have been noticed yet.
  return {
    script: process.env['npm_lifecycle_event'] ?? null,
    pid: owner,
    sinceMs,
    where,
    isEnding: stopping || !process.connected || process.ppid !== owner,
  };
}

function tell(message: FromKeeper): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

/** What an ended process may have left of its own children. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // None is left.
  }
}

function start(spec: ProcessSpec): void {
  if (stopping) return;
  const log = openSync(spec.logFile, 'a');
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    stdio: ['ignore', log, log],
    detached: true,
    ...spec.runAs,
  });
  closeSync(log);
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      kept.delete(spec.name);
      tell({ type: 'failed', name: spec.name, message: error.message });
      resolve();
    });
    child.once('exit', (code, signal) => {
      if (kept.get(spec.name)?.child === child) kept.delete(spec.name);
      killGroup(child);
      tell({ type: 'exited', name: spec.name, code, signal });
      resolve();
    });
  });
  if (child.pid === undefined) return;
  kept.set(spec.name, { spec, child, exited });
  tell({ type: 'started', name: spec.name, pid: child.pid });
}

async function stop({ spec, child, exited }: Kept): Promise<void> {
  child.kill(spec.stopSignal);
  const killing = setTimeout(() => child.kill('SIGKILL'), spec.stopWithinMs);
  await exited;
  clearTimeout(killing);
}

async function stopAll(now: boolean): Promise<void> {
  if (now) for (const { child } of kept.values()) child.kill('SIGKILL');
  if (stopping) return;
  stopping = true;
  for (const tier of ['application', 'service'] as const) {
    await Promise.all([...kept.values()].filter(({ spec }) => spec.tier === tier).map(stop));
  }
  process.exit(0);
}

function obey(message: ToKeeper): void {
  switch (message.type) {
    case 'start':
      return start(message.spec);
    case 'signal':
      kept.get(message.name)?.child.kill(message.signal);
      return;
    case 'stop': {
      const one = kept.get(message.name);
      if (one !== undefined) void stop(one);
      return;
    }
    case 'stop-all':
      return void stopAll(message.now);
    case 'where':
      where = message.where;
      return;
  }
}

/** A run that has ended leaves its keeper ending things for a moment, which is worth the wait; one that goes on is not. */
async function takeLockInTime(name: string): Promise<true | LockHolder | null> {
  const untilMs = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    const taken = await takeRunLock(name, describe);
    if (taken === true || taken?.isEnding === false || performance.now() > untilMs) return taken;
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  }
}

for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => void stopAll(false));
process.on('message', obey);
process.on('disconnect', () => void stopAll(false));
const taken = await takeLockInTime(process.argv[2] ?? '');
if (taken === true) {
  tell({ type: 'ready' });
} else {
  tell({ type: 'locked', holder: taken });
  process.disconnect();
}
