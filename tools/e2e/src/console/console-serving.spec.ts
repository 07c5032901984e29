import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { ROOT } from '../mail-process.js';
import { startMailSystem, type MailSystem } from '../mail-system.js';

let system: MailSystem;
beforeAll(async () => {
  system = await startMailSystem(['intake-api']);
}, 120_000);
afterAll(() => system.stop());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(system.url + path, { redirect: 'manual', headers });
const script = async (): Promise<string> => /src="(\/console\/assets\/[^"]+\.js)"/.exec(await (await get('/console/')).text())?.[1] ?? '';

describe('the console is served', () => {
  it('as a page that may load its own files alone, and that nobody may frame', async () => {
    const { status, headers } = await get('/console/');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  it('with files that are kept for good by their names, and sent compressed to whoever takes that', async () => {
    const path = await script();
    const packed = await get(path);
    expect(packed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    const plain = await get(path, { 'accept-encoding': 'gzip;q=0' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toBe(await packed.text());
  });

  it('with at most 150 KB of script, compressed', async () => {
    const response = await get(await script());
    expect(Number(response.headers.get('content-length'))).toBeLessThan(150_000);
  });

  it('anew only where it has changed', async () => {
    const etag = (await get('/console/')).headers.get('etag') ?? '';
    const again = await get('/console/', { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test.each(['/console/deliveries', '/console/deliveries/019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e?x=1', '/console/templates/game.turn_ready'])(
    'at every address of its own: %s',
    async (path) => {
      const page = await get(path);
      expect([page.status, await page.text()]).toEqual([200, await (await get('/console/')).text()]);
    },
  );

  it('after a redirect where the slash is missing', async () => {
    const { status, headers } = await get('/console');
    expect([status, headers.get('location')]).toEqual([308, '/console/']);
  });

  test.each(['/console/assets/index-00000000.js', '/console.html', '/consoles/', '/assets/index.js', '/'])(
    'and nothing at %s',
    async (path) => {
      const { status, headers } = await get(path);
      expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8']);
    },
  );

  test.each(['/console/../package.json', '/console/%2e%2e/package.json', '/console/..%2fpackage.json'])(
    'and no file beside it at %s',
    async (path) => {
      expect(await (await get(path)).text()).not.toContain('"dependencies"');
    },
  );

  it('to no browser that was led here by another name', async () => {
    const options = { headers: { host: 'evil.example', 'user-agent': 'Mozilla/5.0' } };
    const [rebound] = (await once(request(`${system.url}/console/`, options).end(), 'response')) as [IncomingMessage];
    expect([rebound.statusCode, (await json(rebound)) as object]).toMatchObject([403, { code: 'cross_site' }]);
  });
});

/** What is built, without the console: as where `apps/console` was never built, or not installed. */
async function withoutConsole(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'mail-no-console-'));
  const link = async (folder: string, but: string): Promise<void> => {
    await mkdir(join(root, folder), { recursive: true });
    for (const name of await readdir(join(ROOT, folder))) {
      if (name !== but && !name.startsWith('.')) await symlink(await realpath(join(ROOT, folder, name)), join(root, folder, name));
    }
  };
  await link('node_modules', '@mail');
  await link('node_modules/@mail', 'console');
  await symlink(join(ROOT, 'templates'), join(root, 'templates'));
  for (const part of ['package.json', 'dist']) {
    await cp(join(ROOT, 'apps', 'intake-api', part), join(root, 'apps', 'intake-api', part), { recursive: true });
  }
  return root;
}

it('a build without the console starts all the same, and says why there is none', async () => {
  const root = await withoutConsole();
  try {
    const started = await system.start('intake-api', { MAIL_INTERNAL_HTTP_ADDR: '127.0.0.1:0' }, root);
    const url = String((await started.logged('listening'))['url']);
    const missing = await fetch(`${url}/console/`);
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ code: 'not_found', detail: expect.stringContaining('build apps/console') as string });
    expect((await fetch(`${url}/api/v1/internal/templates`)).status).toBe(200);
    expect(await started.logged('console_not_built')).toMatchObject({ level: 'warn' });
  } finally {
    await rm(root, { recursive: true });
  }
});
