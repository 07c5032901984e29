import { chromiumFolder, findChromium, FLAGS } from '@mail/local/chromium/find-chromium';
import { projectRoot } from '@mail/local/project-root';
import { chooseStateFolder } from '@mail/local/state-folder';
import { chromium, type Browser, type Page } from 'playwright-core';

export type ColorScheme = 'light' | 'dark';

/** One page of a browser of its own, with what went wrong in it. */
export interface ConsolePage {
  readonly page: Page;
  /** Violations of the content security policy, errors of scripts, and what the browser says on its console as an error. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** Starts the browser; a string says why there is none on this machine, and none to be had. */
export async function startBrowser(): Promise<Browser | string> {
  const found = await findChromium(chromiumFolder(chooseStateFolder(projectRoot).path));
  if (typeof found === 'string') return found;
  return chromium.launch({ executablePath: found.path, args: [...FLAGS], env: { ...process.env, ...found.env }, timeout: 60_000 });
}

export async function openPage(
  browser: Browser,
  baseURL: string,
  { colorScheme = 'light', width = 1280, height = 900 }: { colorScheme?: ColorScheme; width?: number; height?: number } = {},
): Promise<ConsolePage> {
  const context = await browser.newContext({ baseURL, colorScheme, viewport: { width, height }, reducedMotion: 'reduce' });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  // A refusal of the API is told to whoever looks at the page; the browser notes each besides.
  page.on('console', (line) => {
    if (line.type() === 'error' && !line.text().startsWith('Failed to load resource')) faults.push(line.text());
  });
  return { page, faults, close: () => context.close() };
}
