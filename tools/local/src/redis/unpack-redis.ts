import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { libraryFolders, unpackPackages } from '../unpack-packages.ts';
import { OLDEST_REDIS_MAJOR } from './redis-program.ts';
import type { RedisProgram } from './redis-program.ts';
import { redisVersion } from './redis-version.ts';

/** Debian and Ubuntu keep the server's program in redis-tools; their redis-server holds but a link to it and the service's files. */
const PACKAGE = 'redis-tools';

function programIn(folder: string): RedisProgram | string {
  // One program under several names: by this one it is the server.
  const path = join(folder, 'usr', 'bin', 'redis-server');
  if (!existsSync(path) && existsSync(join(folder, 'usr', 'bin', 'redis-check-rdb'))) symlinkSync('redis-check-rdb', path);
  if (!existsSync(path)) return 'the package holds no Redis';
  const libraries = libraryFolders(folder);
  const version = redisVersion(path, libraries);
  if (version === undefined || Number.parseInt(version) < OLDEST_REDIS_MAJOR) {
    return `the package holds Redis ${version ?? 'that does not run'}`;
  }
  return { kind: 'program', path, libraries, version, from: `unpacked from the system's package` };
}

/** Redis from the system's package, unpacked into `folder`. A string says why it cannot be had. */
export async function unpackRedis(folder: string): Promise<RedisProgram | string> {
  const faultOf = (unpacked: string): string | undefined => {
    const found = programIn(unpacked);
    return typeof found === 'string' ? found : undefined;
  };
  return (await unpackPackages(folder, [PACKAGE], faultOf)) ?? programIn(folder);
}
