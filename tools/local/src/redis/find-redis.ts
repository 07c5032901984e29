import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runQuietly } from '../run-quietly.ts';
import { Trouble } from '../trouble.ts';
import { OLDEST_REDIS_MAJOR } from './redis-program.ts';
import type { RedisProgram } from './redis-program.ts';
import { redisVersion } from './redis-version.ts';
import { unpackRedis } from './unpack-redis.ts';

const IMAGE = 'redis:7.4-alpine';

function onPath(): RedisProgram | string {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'redis-server');
    if (folder === '' || !existsSync(path)) continue;
    const version = redisVersion(path);
    if (version === undefined) return `${path} does not run`;
    if (Number.parseInt(version) < OLDEST_REDIS_MAJOR) return `${path} is ${version}`;
    return { kind: 'program', path, libraries: [], version, from: path };
  }
  return 'none on the PATH';
}

/** Docker on the PATH may have no engine behind it: only an answer counts. */
async function withDocker(): Promise<RedisProgram | string> {
  const { code } = await runQuietly('docker', ['info', '--format', '{{.ServerVersion}}'], { withinMs: 10_000 });
  return code === 0 ? { kind: 'docker', image: IMAGE } : 'Docker does not answer';
}

/** A Redis server to run: on the PATH, by Docker, or unpacked into `folder` from the system's package. Asks nobody, installs nothing. */
export async function findRedis(folder: string, note: (text: string) => void): Promise<RedisProgram> {
  const faults: string[] = [];
  const ways = [onPath, withDocker, () => (note("fetching the system's package"), unpackRedis(folder))];
  for (const way of ways) {
    const found = await way();
    if (typeof found !== 'string') return found;
    faults.push(found);
  }
  throw new Trouble(
    `No Redis server ${OLDEST_REDIS_MAJOR}.0 or later was found (${faults.join('; ')}).`,
    'Install one (Debian, Ubuntu: apt-get install redis-server; Fedora: dnf install redis; macOS: brew install redis), start Docker, or set MAIL_REDIS_MASTER_ADDR and MAIL_REDIS_PASSWORD to a server that you run.',
  );
}
