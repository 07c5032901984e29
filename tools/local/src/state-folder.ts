import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, rmdirSync, writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunAs } from './keeper-messages.ts';
import { Trouble } from './trouble.ts';

export interface StateFolder {
  readonly path: string;
  /** Who runs what refuses root (PostgreSQL): undefined when we are not root. */
  readonly runAs?: RunAs;
}

/** Nobody's ids, by number: on every Linux, and no account has to exist for them. */
const NOBODY: RunAs = { uid: 65534, gid: 65534 };

/** Whether a user can enter the folder: asked of the system, which knows of parents, groups and access lists. */
export function canEnter(folder: string, runAs: RunAs | undefined): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { cwd: '/', ...runAs }).status === 0;
}

/** Makes the folder ours where it can be: created or already owned by us, writable, no link, and to be entered by `runAs`. */
function claimFolder(path: string, runAs: RunAs | undefined): boolean {
  try {
    mkdirSync(path, { recursive: true });
    const entry = lstatSync(path);
    // In a shared temporary folder somebody may have made a folder of this name before us.
    if (!entry.isDirectory() || entry.uid !== process.getuid?.()) return false;
    // Whatever the umask: passable for the unprivileged user, listed for nobody else.
    chmodSync(path, runAs === undefined ? 0o700 : 0o711);
    const probe = join(path, `.probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch {
    return false;
  }
  if (canEnter(path, runAs)) return true;
  try {
    rmdirSync(path);
  } catch {
    // Not empty: it holds something else's state, and is left alone.
  }
  return false;
}

/**
 * Where everything of the local services lies: `.local` in the project, or, where an unprivileged user cannot come in there (a clone
 * below a 0700 folder, run as root) or we cannot write there, a folder in the system's temporary folder that belongs to this clone.
 */
export function chooseStateFolder(project: string, { uid, temporary }: { uid?: number; temporary?: string } = {}): StateFolder {
  const runAs = (uid ?? process.getuid?.()) === 0 ? NOBODY : undefined;
  const id = createHash('sha256').update(project).digest('hex').slice(0, 12);
  const name = `mail-service-${process.getuid?.() ?? 0}-${id}`;
  const folders = [join(project, '.local'), ...new Set([temporary ?? tmpdir(), '/tmp', '/var/tmp'])].map((folder, index) =>
    index === 0 ? folder : join(folder, name),
  );
  const path = folders.find((folder) => claimFolder(folder, runAs));
  if (path !== undefined) return { path, ...(runAs === undefined ? {} : { runAs }) };
  throw new Trouble(
    `No folder was found for the local services' state that ${runAs ? 'an unprivileged user (uid 65534, for PostgreSQL) can enter' : 'can be written'}; tried ${folders.join(', ')}.`,
    'Set TMPDIR to a folder that everybody may enter, or clone the project to one.',
  );
}
