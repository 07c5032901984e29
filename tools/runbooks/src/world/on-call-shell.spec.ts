import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openOnCallShell, type OnCallShell } from './on-call-shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'mail-on-call-'));
let shell: OnCallShell;
beforeAll(() => void (shell = openOnCallShell(folder, { GIVEN: 'from outside' })));
afterAll(() => {
  shell.close();
  rmSync(folder, { recursive: true });
});

it('blocks share their variables, and what is set from outside', async () => {
  await shell.run('ID=$(echo 42)');
  expect(await shell.run('echo "$ID $GIVEN"')).toEqual({ code: 0, output: '42 from outside\n' });
});

it.each([
  ['a last command that fails', 'echo a; false', 1],
  ['a first command that fails', 'ls /nowhere\necho b', 2],
  ['a substitution that fails', 'ID=$(exit 7)\necho c', 7],
  ['a filter that finds nothing', 'echo d | grep e', 1],
  ['a command that is not there', 'mailctrl stats', 127],
  ['what is no shell', 'if then', 2],
])('%s is a failure, and the shell goes on', async (_, block, code) => {
  const run = await shell.run(block);
  expect({ failed: run.code !== 0, code: run.code }).toEqual({ failed: true, code });
  expect(await shell.run('echo on')).toEqual({ code: 0, output: 'on\n' });
});

it('what is tried in a condition may fail', async () => {
  expect((await shell.run('if false; then echo a; fi; false || echo b')).code).toBe(0);
});

it('a shell that is ended is a failure', async () => {
  expect((await shell.run('exit 0')).code).not.toBe(0);
});
