import { constants } from 'node:os';
import type { ProcessSpec } from './keeper-messages.ts';
import type { KeptProcess, KeptProcesses, ProcessExit } from './kept-processes.ts';
import { logTail } from './log-tail.ts';
import { logEnd, readLogEvents } from './read-log-events.ts';
import type { LogEvent } from './read-log-events.ts';
import { Trouble } from './trouble.ts';
import { waitUntil } from './wait-until.ts';

export interface StartedProcess {
  readonly process: KeptProcess;
  /** The log line that says so, with what it carries. */
  readonly event: LogEvent;
  /** From its start to that line, in ms. */
  readonly tookMs: number;
}

const START_WITHIN_MS = 60_000;

function describe({ code, signal }: ProcessExit): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `${signal} (${128 + constants.signals[signal]})`;
}

/** Starts a process that logs JSON lines, and resolves once it logs the event `started`. Rejects with Trouble where it ends first. */
export async function startKept(processes: KeptProcesses, spec: ProcessSpec): Promise<StartedProcess> {
  const from = logEnd(spec.logFile);
  const beganMs = performance.now();
  const process = await processes.start(spec);
  const event = await waitUntil(
    () => readLogEvents(spec.logFile, from).find((line) => line.event === 'started') ?? (process.exit() ? null : undefined),
    { withinMs: START_WITHIN_MS },
  );
  if (event) return { process, event, tookMs: performance.now() - beganMs };
  const exit = process.exit();
  const what = exit === undefined ? `is not ready after ${START_WITHIN_MS / 1000} s` : `ended at start (${describe(exit)})`;
  throw new Trouble(`${spec.name} ${what}:\n${logTail(spec.logFile)}`, `The whole log is ${spec.logFile}`);
}
