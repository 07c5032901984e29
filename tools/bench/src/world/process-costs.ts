import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

interface Stat {
  readonly parent: number;
  /** Of its own, in ticks. */
  readonly own: number;
  /** Of children that have ended and were waited for, in ticks. */
  readonly ended: number;
}

let ticksPerSecond: number | undefined;

/** proc(5): after the name in parentheses, fields count from the state, which is number 3. */
function statOf(pid: number | string): Stat | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const field = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const number = (at: number): number => Number(field[at - 3]);
    return { parent: number(4), own: number(14) + number(15), ended: number(16) + number(17) };
  } catch {
    return undefined;
  }
}

/** Whether processor time can be read on this system. */
export function canReadCosts(): boolean {
  return existsSync('/proc/self/stat');
}

/** Processor time of a process and of all its children so far, in µs: those that run and those that have ended. */
export function cpuUs(pid: number): number {
  ticksPerSecond ??= Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100;
  const root = statOf(pid);
  if (root === undefined) return 0;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(name) ?? [])
    .filter(({ parent }) => parent === pid);
  const ticks = root.own + root.ended + children.reduce((sum, { own, ended }) => sum + own + ended, 0);
  return (ticks * 1e6) / ticksPerSecond;
}
