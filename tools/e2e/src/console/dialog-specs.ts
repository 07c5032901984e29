import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage } from './browser.js';
import type { ConsoleWorld } from './console-world.js';
import { developmentBuild, type DevelopmentBuild } from './development-build.js';

/** A button that opens a dialog, and where it is. */
export interface DialogButton {
  readonly path: string;
  readonly button: string | RegExp;
  readonly title: string;
}

/** On every page. */
export const FRAME_DIALOGS: readonly DialogButton[] = [
  { path: '', button: /^You are/, title: 'Who are you?' },
  { path: '', button: 'Keyboard', title: 'Keyboard' },
];

/** Opens the dialog, holds it open, closes it by Escape, and opens and closes it once more by its own button. */
export async function pressDialog(page: Page, { path, button, title }: DialogButton): Promise<void> {
  await page.goto(`/console/${path}`);
  const opener = page.getByRole('button', { name: button });
  const dialog = page.getByRole('dialog', { name: title });
  const isThere = async (): Promise<boolean> => {
    // Whatever the browser has queued for the dialog, a `close` among it, has been dispatched after two frames.
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))))');
    return dialog.isVisible();
  };
  await opener.click();
  expect(await isThere(), `${title} is open`).toBe(true);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await opener.and(page.locator(':focus')).count(), 'the focus is where it was').toBe(1);
  await opener.click();
  expect(await isThere(), `${title} is open again`).toBe(true);
  await dialog.getByRole('button', { name: /^(Back|Close)$/ }).click();
  await dialog.waitFor({ state: 'detached' });
}

export function dialogSpecs(browser: Browser, theWorld: () => ConsoleWorld): void {
  let development: DevelopmentBuild;
  beforeAll(async () => {
    development = await developmentBuild();
  });
  afterAll(() => development.remove());

  describe.each(['production', 'development'])('in a %s build', (kind) => {
    it('opens at its button, stays open, and closes for the user alone', async () => {
      const { page, faults, close } = await openPage(browser, theWorld().system.url);
      if (kind === 'development') await development.showOn(page);
      const { later, deadLetter, malformed, plan } = theWorld();
      const buttons: DialogButton[] = [
        ...FRAME_DIALOGS,
        { path: `deliveries/${later}`, button: 'Cancel…', title: 'Cancel this delivery?' },
        { path: `deliveries/${deadLetter}`, button: 'Resend…', title: 'Resend this delivery?' },
        { path: `malformed-commands/${malformed}`, button: 'Replay…', title: 'Replay this command?' },
        { path: `resend-plans/${plan}`, button: 'Start…', title: 'Start this plan?' },
        { path: 'resend-plans/new?status=dead_letter', button: 'Make the plan…', title: 'Make this plan?' },
      ];
      for (const button of buttons) await pressDialog(page, button);
      expect(faults).toEqual([]);
      await close();
    });
  });
}
