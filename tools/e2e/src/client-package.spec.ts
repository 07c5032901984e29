import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
/** As a consumer would have it: with none of its peers, and nothing of this workspace. */
const elsewhere = mkdtempSync(join(tmpdir(), 'mail-client-'));
let packed: readonly string[] = [];

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} exited ${status}:\n${stdout}${stderr}`);
  return stdout;
}

beforeAll(() => {
  const [{ filename, files } = { filename: '', files: [] }] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', elsewhere], join(ROOT, 'libs', 'client')),
  ) as { filename: string; files: { path: string }[] }[];
  packed = files.map(({ path }) => path);
  const home = join(elsewhere, 'node_modules', '@mail', 'client');
  mkdirSync(home, { recursive: true });
  run('tar', ['-xzf', join(elsewhere, filename.replace('@', '').replace('/', '-')), '--strip-components=1', '-C', home], elsewhere);
}, 120_000);
afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

it('the package has what it exports, and nothing of the tests', () => {
  expect(packed).toEqual(expect.arrayContaining(['package.json', 'README.md', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts']));
  expect(packed.filter((path) => /\.spec\.|testing|tsbuildinfo|out-tsc/.test(path))).toEqual([]);
});

it('the package runs without its peers', () => {
  const script = `import { createMailClient } from '@mail/client';
    const error = await createMailClient({ url: 'http://127.0.0.1:9', retry: { maxTries: 1 } }).stats().catch((error) => error);
    console.log(error.name);`;
  writeFileSync(join(elsewhere, 'run.mjs'), script);
  expect(run(process.execPath, ['run.mjs'], elsewhere)).toBe('MailUnreachable\n');
});

it('the types of the package are whole, under the strictest compiler', () => {
  const source = `import { createMailClient, MailProblem, type DeliveryRequest } from '@mail/client';
    const request: DeliveryRequest = { source: 'shop', to: ['a@example.com'], content: { mode: 'rendered', subject: 's', text: 't' } };
    // @ts-expect-error a key is required
    void createMailClient({ url: 'http://x' }).acceptDelivery(request, {});
    export const code: string = (await createMailClient({ url: 'http://x' }).acceptDelivery(request, { idempotencyKey: 'k' })).delivery_id;
    export const status = (error: MailProblem): number => error.status;`;
  writeFileSync(join(elsewhere, 'consumer.mts'), source);
  const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--skipLibCheck', 'false'];
  const platform = ['--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom'];
  run(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), ...options, ...platform, 'consumer.mts'], elsewhere);
}, 120_000);
