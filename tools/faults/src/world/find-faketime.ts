import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const LIBRARY = join('usr', 'lib', '*', 'faketime', 'libfaketimeMT.so.1');
const WITHIN_MS = 60_000;

/** The library that lies about the time to a process, from Debian's package, unpacked below `folder`; `null` where it cannot be had. */
export function findFaketime(folder: string): string | null {
  const cwd = join(folder, 'libfaketime');
  const unpacked = (): string | undefined => globSync(join(cwd, LIBRARY))[0] ?? globSync(join('/', LIBRARY))[0];
  const found = unpacked();
  if (found !== undefined) return found;
  mkdirSync(cwd, { recursive: true });
  spawnSync('apt-get', ['download', 'libfaketime'], { cwd, timeout: WITHIN_MS });
  for (const file of globSync('*.deb', { cwd })) spawnSync('dpkg', ['-x', file, '.'], { cwd, timeout: WITHIN_MS });
  return unpacked() ?? null;
}
