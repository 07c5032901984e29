import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { actSpecs } from './act-specs.js';
import { startBrowser } from './browser.js';
import { makeConsoleWorld, type ConsoleWorld } from './console-world.js';
import { dialogSpecs } from './dialog-specs.js';
import { pageSpecs } from './page-specs.js';

const browser = await startBrowser();
if (typeof browser === 'string') console.warn(`No browser, and so no test of the console in one: ${browser}`);

// A browser beside four processes is slow on a machine that has other things to do.
describe.skipIf(typeof browser === 'string')('the console in a browser', { timeout: 180_000 }, () => {
  let world: ConsoleWorld | undefined;
  const theWorld = (): ConsoleWorld => world as ConsoleWorld;
  beforeAll(async () => {
    world = await makeConsoleWorld();
  }, 240_000);
  afterAll(async () => {
    await (browser as Browser).close();
    await world?.close();
  });

  describe('each page', () => pageSpecs(browser as Browser, theWorld));
  describe('every dialog', () => dialogSpecs(browser as Browser, theWorld));
  describe('an operator', () => actSpecs(browser as Browser, theWorld));
});
