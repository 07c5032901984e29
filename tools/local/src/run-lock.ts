import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What runs under a lock, for whoever finds it held. */
export interface LockHolder {
  /** The script of package.json, like `start`; null where it was started without npm. */
  readonly script: string | null;
  readonly pid: number;
  readonly sinceMs: number;
  /** Where it can be reached, once it can be. */
  readonly where: readonly string[];
  /** It has been told to end, or who started it is gone: the lock will be free in a moment. */
  readonly isEnding: boolean;
}

/** Where the lock of a name listens: a name that Linux's kernel frees with its process, or a socket file elsewhere. */
function lockPath(name: string): string {
  const id = `mail-service-${createHash('sha256').update(name).digest('hex').slice(0, 24)}`;
  return process.platform === 'linux' ? `\0${id}` : join(tmpdir(), `${id}.sock`);
}

/** Who holds the lock; undefined where nobody does, null where somebody does who does not say more. */
function askHolder(path: string): Promise<LockHolder | null | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    let text = '';
    let isHeld = false;
    const answer = (): void => {
      try {
        resolve(isHeld ? (JSON.parse(text) as LockHolder) : undefined);
      } catch {
        resolve(null);
      }
    };
    socket.setEncoding('utf8');
    socket.once('connect', () => (isHeld = true));
    socket.on('data', (chunk: string) => (text += chunk));
    socket.once('error', answer);
    socket.once('close', answer);
  });
}

/**
 * Takes the lock of a name for as long as this process lives, however it ends.
 * @param describe what others are told who ask for the lock meanwhile
 * @returns true, or who holds it (null: unknown)
 */
export async function takeRunLock(name: string, describe: () => LockHolder): Promise<true | LockHolder | null> {
  const path = lockPath(name);
  const holder = await askHolder(path);
  if (holder !== undefined) return holder;
  if (!path.startsWith('\0')) rmSync(path, { force: true });
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(JSON.stringify(describe()));
    });
    server.once('error', () => resolve(null));
    server.listen({ path }, () => {
      server.unref();
      resolve(true);
    });
  });
}
