import { expect, it } from 'vitest';
import { startProcess } from '../testing/start-process.js';
import { VALID_ENVIRONMENT } from '../testing/valid-environment.js';

const MIB = 2 ** 20;

const youngBytes = async (env: Record<string, string> = {}): Promise<number> => {
  const running = startProcess('./process.mjs', ['garbage'], { ...VALID_ENVIRONMENT, ...env });
  const { young_bytes } = await running.logged('collected');
  running.signal('SIGTERM');
  await running.exit;
  return Number(young_bytes);
};

it('a process that makes much garbage keeps its young generation small', async () => {
  expect(await youngBytes()).toBeLessThan(33 * MIB);
});

it('a heap that is bounded by flags is left to them', async () => {
  expect(await youngBytes({ NODE_OPTIONS: '--max-semi-space-size=32' })).toBeGreaterThan(40 * MIB);
});
