import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export interface ProcessMemory {
  readonly rssMb: number;
  /** The most that it ever had; as now where the system does not say. */
  readonly peakMb: number;
}

/** Memory of a process that runs. */
export function processMemory(pid: number): ProcessMemory {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) {
    const rssMb = Math.round(Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) / 1024);
    return { rssMb, peakMb: rssMb };
  }
  const status = readFileSync(file, 'utf8');
  const megabytes = (field: string): number => Math.round(Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024);
  return { rssMb: megabytes('VmRSS'), peakMb: megabytes('VmHWM') };
}
