import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@mail/testing';
import type { Browser, Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openPage, type ConsolePage } from './browser.js';
import type { ConsoleWorld } from './console-world.js';

/** What an operator does with it, from finding a mail to sending it again. */
export function actSpecs(browser: Browser, theWorld: () => ConsoleWorld): void {
  let opened: ConsolePage;
  let page: Page;
  beforeEach(async () => {
    opened = await openPage(browser, theWorld().system.url);
    ({ page } = opened);
  });
  afterEach(async () => {
    expect(opened.faults).toEqual([]);
    await opened.close();
  });

  const open = (path: string) => page.goto(`/console/${path}`);
  const status = async (id: string) => (await theWorld().system.get(`deliveries/${id}`)).body['status'];
  /** Confirms an open dialog under a name. */
  const confirm = async (act: string, name = 'Ada Lovelace'): Promise<void> => {
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Your name').fill(name);
    await dialog.getByRole('button', { name: act, exact: true }).click();
  };
  const acts = async (id: string): Promise<string[]> => {
    const { items } = (await theWorld().system.get(`operator-actions?delivery_id=${id}`)).body as {
      items: { operator: string; action: string }[];
    };
    return items.map(({ operator, action }) => `${operator} ${action}`);
  };

  it('sees a mail that was sent, and finds it by its address, from the keyboard alone', async () => {
    await open('deliveries');
    await page.getByRole('link', { name: 'ada@example.com' }).first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('grace@example.com');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/console/deliveries?recipient=grace%40example.com');
    // Not a row of the list before.
    await page.getByRole('row').nth(1).locator(`a[href$="${theWorld().sent}"]`).first().waitFor();
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/console/deliveries/${theWorld().sent}`);
    await page.getByText('the mail server took the mail').waitFor();
    await page.getByRole('article', { name: 'Attempt 1' }).getByText('provider accepted').waitFor();
  });

  it('pages through deliveries, and a link shows a colleague the same', async () => {
    const top = (): Promise<string | null> => page.getByRole('row').nth(1).getByRole('link').first().getAttribute('href');
    await open('deliveries?status=sent');
    await page.getByRole('link', { name: 'Older' }).waitFor();
    const newest = await top();
    await page.getByRole('link', { name: 'Older' }).click();
    await page.waitForURL('**cursor=**');
    // What was there before stays until the older ones have come.
    await eventually('the older ones are there', async () => (await top()) !== newest, 60_000);
    const older = await top();
    await open(page.url().split('/console/')[1] ?? '');
    await page.getByRole('link', { name: 'Newest' }).waitFor();
    await eventually('a colleague sees the same', async () => (await top()) === older, 60_000);
  });

  it('is told by the API what no index serves', async () => {
    await open('deliveries');
    await page.getByRole('searchbox').fill('source:shop tag.tenant:acme');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('No index serves these filters together').waitFor();
  });

  it('reads why a queued one waits, and cancels it, once told what that does', async () => {
    await open(`deliveries/${theWorld().later}`);
    await page.getByText('Waits for').waitFor();
    await page.getByRole('button', { name: 'Cancel…' }).click();
    await page.getByRole('dialog').getByText('It ends now, for good').waitFor();
    expect(await status(theWorld().later)).toBe('queued');
    await confirm('Cancel the delivery');
    await page.getByRole('dialog').getByText('It has ended').waitFor();
    expect(await status(theWorld().later)).toBe('cancelled');
    expect(await acts(theWorld().later)).toEqual(['Ada Lovelace cancel']);
  });

  it('sends a dead letter again, once, however often it is asked for from one dialog', async () => {
    await open('dead-letters');
    await page.getByRole('link', { name: 'transient rejected' }).first().click();
    await page.waitForURL('**/console/deliveries/*');
    const id = page.url().split('/').at(-1) ?? '';
    // The first answer is lost on the way.
    let lost = 0;
    await page.route('**/resend', async (route) => {
      if (lost++ > 0) return route.continue();
      await route.fetch();
      return route.abort();
    });
    await page.getByRole('button', { name: 'Resend…' }).click();
    await confirm('Resend', 'Grace Hopper');
    await page.getByText('Trying again from here does it once at most').waitFor();
    await confirm('Resend', 'Grace Hopper');
    await page.getByRole('dialog').getByRole('link', { name: 'Open it' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(id));
    const resent = page.url().split('/').at(-1) ?? '';
    await eventually('it is sent', async () => (await status(resent)) === 'sent');
    await page.getByText('the mail server took the mail').waitFor();
    const { rows } = await theWorld().system.database.client.query('select delivery_id from deliveries where resend_of = $1', [id]);
    expect(rows).toEqual([{ delivery_id: resent }]);
    expect(await acts(id)).toEqual(['Grace Hopper resend']);
  });

  it('reads why the stream refused a command, and replays it when that is mended', async () => {
    await open(`malformed-commands/${theWorld().malformed}`);
    await page.getByRole('button', { name: 'Replay…' }).click();
    await confirm('Replay');
    await page.getByRole('dialog').getByRole('alert').getByText('validation_failed').waitFor();
    await theWorld().system.database.client.query(
      `update malformed_commands set raw = convert_to(replace(convert_from(raw, 'UTF8'), ',"season":3', repeat(' ', 11)), 'UTF8') where malformed_id = $1`,
      [theWorld().malformed],
    );
    await confirm('Replay');
    await page.getByRole('dialog').getByRole('link', { name: 'Open the delivery' }).click();
    await page.waitForURL('**/console/deliveries/*');
    const id = page.url().split('/').at(-1) ?? '';
    await eventually('it is sent', async () => (await status(id)) === 'sent');
  });

  it('makes a resend plan of a filter, starts it, and watches it to its end', async () => {
    await open('deliveries?status=failed&source=shop');
    await page.getByRole('link', { name: 'Resend in bulk…' }).click();
    await page.waitForURL('**/resend-plans/new?**');
    expect(await page.getByLabel('Filter').inputValue()).toBe('source:shop');
    await page.getByLabel('Rate, a second').fill('1000');
    await page.getByRole('button', { name: 'Make the plan…' }).click();
    await confirm('Make the plan');
    await page.getByText('can be sent again. Nothing is sent before it is started').waitFor();
    await page.getByRole('button', { name: 'Start…' }).click();
    await confirm('Start');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByText(/^Done: \d+ deliver(y was|ies were) sent again\.$/).waitFor();
    const id = page.url().split('/').at(-1) ?? '';
    expect((await theWorld().system.get(`resend-plans/${id}`)).body).toMatchObject({
      status: 'done',
      operator: 'Ada Lovelace',
      pending: 0,
    });
  });

  it('sees that the service cannot be asked, how old what is shown is, and that it is there again', async () => {
    await open('');
    await page.getByText('Nothing stands still').waitFor();
    await page.route('**/api/v1/internal/**', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          title: 'Unavailable',
          status: 503,
          code: 'database_unavailable',
          detail: 'The database cannot be used now.',
          trace_id: 'a',
        }),
      }),
    );
    await page.getByRole('alert').getByText('Stale: what you see is from').first().waitFor();
    await page.getByText('503 database_unavailable').first().waitFor();
    await page.getByRole('heading', { name: 'Command streams' }).waitFor();
    await page.unroute('**/api/v1/internal/**');
    await page.getByText('Stale: what you see is from').first().waitFor({ state: 'detached' });
  });

  it('adopts a stream that went backwards, once its name is written', async () => {
    const { stream, redis } = theWorld().system.stream;
    const command = JSON.stringify({ to: ['ada@example.com'], content: { mode: 'rendered', subject: 'Hello', text: 'Hi' } });
    // At once, or the consumer may see the key missing in between.
    await redis.multi().del(stream).xadd(stream, '1-1', 'source', 'shop', 'idempotency_key', 'after', 'command', command).exec();
    await open('');
    await page.getByText('went backwards').first().waitFor();
    await page.getByRole('button', { name: 'Adopt…' }).click();
    await page.getByLabel('Its name').fill('another');
    await confirm('Adopt the stream');
    expect(await page.evaluate("document.querySelector('dialog input:invalid').validationMessage")).toBe(`The name is ${stream}`);
    await page.getByLabel('Its name').fill(stream);
    await confirm('Adopt the stream');
    await page.getByText('as incarnation 2').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByText('Nothing stands still').waitFor();
  });

  it('cannot be made to change anything by a page from elsewhere', async () => {
    const elsewhere = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<p>elsewhere')).listen(
      0,
      '127.0.0.1',
    );
    await once(elsewhere, 'listening');
    await page.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
    const answered = page.waitForResponse('**/cancel');
    const target = `${theWorld().system.url}/api/v1/internal/deliveries/${theWorld().waiting}/cancel`;
    await page.evaluate(`void fetch('${target}', { method: 'POST', mode: 'no-cors' }).catch(() => {})`);
    expect((await answered).status()).toBe(403);
    expect(await status(theWorld().waiting)).toBe('queued');
    elsewhere.close();
  });
}
