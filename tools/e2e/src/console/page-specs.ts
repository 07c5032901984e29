import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { expect, it, test } from 'vitest';
import { openPage, type ColorScheme } from './browser.js';
import { takeScreenshots } from './take-screenshots.js';
import { LOGIN_CODE, type ConsoleWorld } from './console-world.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Each page, as it is read. */
export function pageSpecs(browser: Browser, theWorld: () => ConsoleWorld): void {
  /** Every page, and something that is on it once it is whole. */
  const pages = (): [string, string][] => [
    ['', 'Command streams'],
    ['deliveries', 'ada@example.com'],
    ['deliveries?source=shop&tag.tenant=acme', 'No index serves these filters together'],
    [`deliveries/${theWorld().sent}`, 'Andromeda Rising: turn 17 is yours'],
    [`deliveries/${theWorld().waiting}`, 'Attempt 2'],
    [`deliveries/${theWorld().login}`, 'Masked here: code'],
    ['dead-letters', 'Temporary lookup failure'],
    ['malformed-commands', 'validation failed'],
    [`malformed-commands/${theWorld().malformed}`, '"season"'],
    ['resend-plans', 'source=game'],
    ['resend-plans/new?status=dead_letter', 'That ended as'],
    [`resend-plans/${theWorld().plan}`, 'By last outcome'],
    ['templates', 'game.turn_ready'],
    ['templates/game.turn_ready', 'Andromeda Rising'],
    ['operator-actions', 'create resend plan'],
    ['no/such/page', 'The console has no page at this address.'],
  ];

  test.each<[ColorScheme, number]>([
    ['light', 1280],
    ['dark', 390],
  ])(
    'can be read by everybody on each page, %s and %i wide, and breaks no rule of its policy',
    async (colorScheme, width) => {
      const { page, faults, close } = await openPage(browser, theWorld().system.url, { colorScheme, width });
      const wrong: string[] = [];
      for (const [path, text] of pages()) {
        await page.goto(`/console/${path}`);
        const mail = page.getByRole('button', { name: 'Show the mail' });
        if (text.includes('turn 17') || text.startsWith('Masked')) await mail.click();
        await page.getByText(text, { exact: false }).first().waitFor();
        await page.evaluate(AXE);
        const found = await page.evaluate<AxeResults>("axe.run(document, { iframes: false, resultTypes: ['violations'] })");
        wrong.push(
          ...found.violations.map(({ id, nodes }) => `${path}: ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`),
        );
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
        if (overflow > 0) wrong.push(`${path}: is ${overflow} px wider than the window`);
        // What is masked is nowhere, neither on the page nor in a frame.
        for (const frame of page.frames()) expect(await frame.content()).not.toContain(LOGIN_CODE);
      }
      expect(wrong).toEqual([]);
      expect(faults).toEqual([]);
      await close();
    },
    360_000,
  );

  test.each<[ColorScheme, number]>([
    ['light', 1280],
    ['dark', 390],
  ])(
    'says on every page that nothing is sent where the service runs in stub mode, and only there, %s and %i wide',
    async (colorScheme, width) => {
      const { page, faults, close } = await openPage(browser, theWorld().system.url, { colorScheme, width });
      const banner = page.getByText('Stub mode: nothing is sent');
      await page.goto('/console/');
      await page.getByRole('heading', { name: 'Command streams' }).waitFor();
      expect(await banner.count()).toBe(0);

      const stub = await theWorld().system.start('intake-api', { MAIL_SMTP_MODE: 'stub', MAIL_INTERNAL_HTTP_ADDR: '127.0.0.1:0' });
      const url = String((await stub.logged('listening'))['url']);
      for (const path of ['', 'deliveries', `deliveries/${theWorld().sent}`, 'templates', 'no/such/page']) {
        await page.goto(`${url}/console/${path}`);
        await banner.waitFor();
        expect(await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
      }
      stub.kill('SIGTERM');
      expect(await stub.exited).toBe(0);
      expect(faults).toEqual([]);
      await close();
    },
  );

  it('shows a mail with its own styles, and lets it do nothing', async () => {
    const { page, close } = await openPage(browser, theWorld().system.url);
    const planted = `<p id="it" style="color: rgb(1, 2, 3)">Hello</p><script>parent.document.title = 'run'</script><img src="https://tracker.example/x.png" onerror="parent.document.title = 'run'"><a href="https://elsewhere.example/">away</a>`;
    const accepted = await theWorld().system.post('deliveries', 'planted', {
      source: 'shop',
      to: ['ada@example.com'],
      content: { mode: 'rendered', subject: 'Planted', html: planted },
      deliver_at: '2999-01-01T00:00:00Z',
    });
    const refused: string[] = [];
    const answered: string[] = [];
    page.on('requestfailed', (request) => refused.push(`${new URL(request.url()).host} ${request.failure()?.errorText}`));
    page.on('response', (response) => answered.push(new URL(response.url()).host));
    await page.goto(`/console/deliveries/${String(accepted.body['delivery_id'])}`);
    await page.getByRole('button', { name: 'Show the mail' }).click();
    const mail = page.frameLocator('iframe.mail-frame').frameLocator('iframe');
    await mail.locator('#it').waitFor();
    const frame = page.frames().at(-1);
    expect(await frame?.evaluate("getComputedStyle(document.querySelector('#it')).color")).toBe('rgb(1, 2, 3)');
    await mail.getByText('away').click();
    expect(await mail.locator('#it').textContent()).toBe('Hello');
    expect(await page.title()).toBe('Delivery · Mail Service');
    // By the policy, before anybody was asked.
    expect(refused).toEqual(['tracker.example csp']);
    expect(new Set(answered)).toEqual(new Set([new URL(theWorld().system.url).host]));
    await close();
  });

  // For docs/console.md: CONSOLE_SCREENSHOTS=true takes them again.
  if (process.env['CONSOLE_SCREENSHOTS'] === 'true') it('is as the pictures show', () => takeScreenshots(browser, theWorld()));
}
