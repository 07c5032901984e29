import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RedisProgram } from './redis-program.ts';

/** How the redis-cli that lies beside a server is called from a shell; undefined where there is none. */
export function redisCli(program: RedisProgram): string | undefined {
  if (program.kind !== 'program') return undefined;
  const path = join(dirname(program.path), 'redis-cli');
  if (!existsSync(path)) return undefined;
  return program.libraries.length === 0 ? path : `LD_LIBRARY_PATH='${program.libraries.join(':')}' '${path}'`;
}
