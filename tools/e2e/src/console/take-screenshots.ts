import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { ROOT } from '../mail-process.js';
import { openPage, type ColorScheme } from './browser.js';
import type { ConsoleWorld } from './console-world.js';

const FOLDER = join(ROOT, 'docs', 'console');

/** The pictures of docs/console.md, of what is in `world`. */
export async function takeScreenshots(browser: Browser, world: ConsoleWorld): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const shots: [string, ColorScheme, string, string][] = [
    ['overview-light', 'light', '', 'Command streams'],
    ['overview-dark', 'dark', '', 'Command streams'],
    ['deliveries-light', 'light', 'deliveries?status=failed&status=dead_letter', 'dead letter'],
    ['delivery-dark', 'dark', `deliveries/${world.waiting}`, 'Attempt 2'],
  ];
  for (const [name, colorScheme, path, text] of shots) {
    const { page, close } = await openPage(browser, world.system.url, {
      colorScheme,
      width: 1280,
      height: name.startsWith('deliveries') ? 430 : 620,
    });
    await page.addInitScript({ content: "localStorage.setItem('console.operator', 'Ada Lovelace')" });
    await page.goto(`/console/${path}`);
    await page.getByText(text).first().waitFor();
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
    await close();
  }
}
