import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { ROOT } from '../mail-process.js';

const MEDIA_TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

/** The console as React builds it for development: under StrictMode every effect runs, is cleaned up, and runs again. */
export interface DevelopmentBuild {
  /** Has the page load it in place of what the service ships, under the same headers. */
  showOn(page: Page): Promise<void>;
  remove(): void;
}

export async function developmentBuild(): Promise<DevelopmentBuild> {
  const folder = await mkdtemp(join(tmpdir(), 'console-development-'));
  await build({
    root: join(ROOT, 'apps', 'console'),
    configFile: false,
    base: '/console/',
    mode: 'development',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"development"' },
    build: { outDir: folder, emptyOutDir: true, minify: false, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  });
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  return {
    async showOn(page) {
      await page.route('**/console/**', async (route) => {
        const { pathname } = new URL(route.request().url());
        if (pathname.startsWith('/console/assets/')) {
          return route.fulfill({
            path: join(folder, pathname.slice('/console/'.length)),
            contentType: MEDIA_TYPES[extname(pathname)] ?? '',
          });
        }
        if (extname(pathname) !== '') return route.continue();
        return route.fulfill({ response: await route.fetch(), body: html });
      });
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
