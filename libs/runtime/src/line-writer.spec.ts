import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lineWriter } from './line-writer.js';

let folder: string;
let fd: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lines-'));
  fd = openSync(join(folder, 'log'), 'w');
});
afterEach(() => {
  closeSync(fd);
  rmSync(folder, { recursive: true });
});

const line = (level: string, msg: string): string => `${JSON.stringify({ level, msg })}\n`;
const written = (): string => readFileSync(join(folder, 'log'), 'utf8');

it('lines of information are written together, at the end of the turn', async () => {
  const lines = lineWriter(fd);
  lines.write(line('info', 'first'));
  lines.write(line('info', 'second'));
  expect(written()).toBe('');
  await new Promise((resolve) => setImmediate(resolve));
  expect(written()).toBe(line('info', 'first') + line('info', 'second'));
});

it('what is graver is written at once, and with it what came before', () => {
  const lines = lineWriter(fd);
  lines.write(line('info', 'first'));
  lines.write(line('error', 'second'));
  expect(written()).toBe(line('info', 'first') + line('error', 'second'));
});

it('nothing is lost when the process ends before the turn does', () => {
  const testing = join(import.meta.dirname, '..', 'testing');
  const sources = ['--conditions=@mail/source', '--disable-warning=ExperimentalWarning', '--import', join(testing, 'resolve-sources.mjs')];
  const { stdout } = spawnSync(process.execPath, [...sources, join(testing, 'write-lines.ts')], { encoding: 'utf8' });
  expect(stdout).toBe(line('info', 'first') + line('info', 'second'));
});
