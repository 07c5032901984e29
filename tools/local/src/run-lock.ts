import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the lock of a name listens: a name that Linux's kernel frees with its process, or a socket file elsewhere. */
function lockPath(name: string): string {
  const id = `mail-service-${createHash('sha256').update(name).digest('hex').slice(0, 24)}`;
  return process.platform === 'linux' ? `\0${id}` : join(tmpdir(), `${id}.sock`);
}

function isHeld(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Takes the lock of a name for as long as this process lives, however it ends. False where another process holds it. */
export async function takeRunLock(name: string): Promise<boolean> {
  const path = lockPath(name);
  if (await isHeld(path)) return false;
  if (!path.startsWith('\0')) rmSync(path, { force: true });
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(false));
    server.listen({ path }, () => {
      server.unref();
      resolve(true);
    });
  });
}
