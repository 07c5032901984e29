import { arch, cpus, release, totalmem, type } from 'node:os';

/** What it was measured on, in one line. */
export function machine(): string {
  const all = cpus();
  return `${all.length} cores (${all[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB, ${type()} ${release()} ${arch()}, Node ${process.version}`;
}
