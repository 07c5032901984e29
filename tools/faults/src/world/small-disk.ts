import { spawnSync } from 'node:child_process';
import { chownSync, closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { StateFolder } from '@mail/local/state-folder';

/** A file system of its own, so small that it can be filled in no time. */
export interface SmallDisk {
  /** Belongs to whoever PostgreSQL runs as. */
  readonly folder: string;
  /** Leaves no byte free. */
  fill(): void;
  /** Frees what was filled. */
  free(): void;
  unmount(): void;
}

const CHUNK = Buffer.alloc(64 * 1024);

/** Mounts one of so many MiB at `path`, over what an earlier run may have left there. `null` where this may not be done, as without root. */
export function mountSmallDisk(path: string, sizeMib: number, { runAs }: StateFolder): SmallDisk | null {
  const run = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
  // Lazily: a server that still has a file open there does not keep the mount.
  const unmount = (): void => {
    run('umount', '--lazy', path);
    rmSync(path, { recursive: true, force: true });
  };
  unmount();
  mkdirSync(path, { recursive: true });
  if (!run('mount', '-t', 'tmpfs', '-o', `size=${sizeMib}m`, 'tmpfs', path)) {
    rmSync(path, { recursive: true, force: true });
    return null;
  }
  const folder = join(path, 'tablespace');
  mkdirSync(folder, { mode: 0o700 });
  if (runAs) chownSync(folder, runAs.uid, runAs.gid);
  const filler = join(path, 'filler');
  return {
    folder,
    fill() {
      const file = openSync(filler, 'a');
      try {
        for (;;) writeSync(file, CHUNK);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler, { force: true }),
    unmount,
  };
}
