import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startProcess, type Exit } from '../testing/start-process.js';

const folder = mkdtempSync(join(tmpdir(), 'alive-'));
afterAll(() => rmSync(folder, { recursive: true }));

const heartbeat = (file: string, content: string, ageSeconds: number): void => {
  writeFileSync(file, content);
  const at = Date.now() / 1_000 - ageSeconds;
  utimesSync(file, at, at);
};
const probe = (env: Record<string, string>): Promise<Exit> => startProcess('./alive.mjs', [], env).exit;
const named = join(folder, 'heartbeat');
const content = JSON.stringify({ pid: 7, max_age_ms: 65_000 });

it.each([
  ['as young as the bound allows', 30, 0],
  ['older than the bound', 66, 1],
])('a heartbeat %s (%i s): exit %i', async (_case, ageSeconds, code) => {
  heartbeat(named, content, ageSeconds);
  expect((await probe({ MAIL_HEARTBEAT_FILE: named })).code).toBe(code);
});

it('says who is hung, and since when', async () => {
  heartbeat(named, content, 100);
  expect((await probe({ MAIL_HEARTBEAT_FILE: named })).stderr).toMatch(/^scheduler \(pid 7\) is hung: its heartbeat is 10\d{4} ms old/);
});

it('without MAIL_HEARTBEAT_FILE looks for the app’s own file in the temporary folder', async () => {
  heartbeat(join(folder, 'mail-scheduler.heartbeat'), content, 1);
  expect((await probe({ TMPDIR: folder })).code).toBe(0);
});

it.each(['', '{', '{}', 'null'])('a file that holds %j is no heartbeat', async (broken) => {
  heartbeat(named, broken, 0);
  expect((await probe({ MAIL_HEARTBEAT_FILE: named })).code).toBe(1);
});

it('no file is no heartbeat', async () => {
  const { code, stderr } = await probe({ MAIL_HEARTBEAT_FILE: join(folder, 'none') });
  expect(code).toBe(1);
  expect(stderr).toContain('scheduler has no heartbeat');
});
