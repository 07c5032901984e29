import { spawnSync } from 'node:child_process';

/** What version a redis-server program says it is, like `7.0.15`; undefined where it cannot run. */
export function redisVersion(path: string, libraries: readonly string[] = []): string | undefined {
  const { status, stdout } = spawnSync(path, ['--version'], {
    encoding: 'utf8',
    env: { ...process.env, ...(libraries.length > 0 ? { LD_LIBRARY_PATH: libraries.join(':') } : {}) },
  });
  return status === 0 ? /v=(\d+\.\d+\.\d+)/.exec(stdout)?.[1] : undefined;
}
