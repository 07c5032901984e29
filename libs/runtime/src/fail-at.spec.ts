import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from '@mail/testing';
import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.js';
import { failAt } from './fail-at.js';

const silent = createLogger({ app: 'scheduler', logLevel: 'fatal' });
const armed = (point: string, hit: number, action: 'error' | 'hang') => failAt([{ point, hit, action }], silent);

describe('a failpoint', () => {
  it('is nothing at all where none is set', () => {
    expect(failAt([], silent)).toBeUndefined();
  });

  it('acts at its own point and passing alone, and once', async () => {
    const pass = armed('commit.after', 2, 'error');
    await pass?.('commit.before');
    await pass?.('commit.after');
    await expect(pass?.('commit.after')).rejects.toMatchObject({ code: '08006' });
    await expect(pass?.('commit.after')).resolves.toBeUndefined();
  });

  it('that hangs lets nothing pass any more', async () => {
    const passed = armed('take_attempts.after', 1, 'hang')?.('take_attempts.after').then(() => 'passed');
    const later = new Promise((resolve) => setImmediate(resolve, 'waiting'));
    expect(await Promise.race([passed, later])).toBe('waiting');
  });

  const passing = (action: 'kill' | 'stop') => {
    const testing = join(import.meta.dirname, '..', 'testing');
    const sources = [
      '--conditions=@mail/source',
      '--disable-warning=ExperimentalWarning',
      '--import',
      join(testing, 'resolve-sources.mjs'),
    ];
    const child = spawn(process.execPath, [...sources, join(testing, 'pass-failpoint.ts'), action], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return { child, exited: once(child, 'exit') };
  };

  it('that kills ends the process by SIGKILL, with nothing in between', async () => {
    expect(await passing('kill').exited).toEqual([null, 'SIGKILL']);
  });

  it('that stops freezes the process, which goes on at SIGCONT', async () => {
    const { child, exited } = passing('stop');
    const state = (): string => spawnSync('ps', ['-o', 'state=', '-p', String(child.pid)], { encoding: 'utf8' }).stdout;
    await eventually('the process is stopped', () => state().startsWith('T'));
    child.kill('SIGCONT');
    expect(await exited).toEqual([3, null]);
  });
});
