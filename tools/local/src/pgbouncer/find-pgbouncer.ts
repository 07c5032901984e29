import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../run-quietly.ts';
import { libraryFolders, unpackPackages } from '../unpack-packages.ts';

export interface PgbouncerProgram {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
}

const INSTALLED = '/usr/sbin/pgbouncer';

async function started(path: string, env: Readonly<Record<string, string>>): Promise<PgbouncerProgram | string> {
  const { code, stdout, stderr } = await runQuietly(path, ['--version'], { withinMs: 10_000, env });
  const version = /PgBouncer (\d+\.\d+\S*)/.exec(stdout)?.[1];
  return code === 0 && version !== undefined ? { path, env, version } : `${path} does not run: ${stderr.trim()}`;
}

/**
 * PgBouncer: that of this machine, else Debian's, unpacked into `folder` once. Asks nobody, installs nothing. A string says why there is none:
 * what needs it is left out then.
 */
export async function findPgbouncer(folder: string): Promise<PgbouncerProgram | string> {
  if (existsSync(INSTALLED)) return started(INSTALLED, {});
  const path = join(folder, 'usr', 'sbin', 'pgbouncer');
  const missing = (unpacked: string): string | undefined =>
    existsSync(join(unpacked, 'usr', 'sbin', 'pgbouncer')) ? undefined : 'the package holds no PgBouncer';
  const fault = await unpackPackages(folder, ['pgbouncer'], missing);
  return fault ?? started(path, { LD_LIBRARY_PATH: libraryFolders(folder).join(':') });
}
