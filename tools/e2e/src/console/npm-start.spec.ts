import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '@mail/local/project-root';
import { chooseStateFolder } from '@mail/local/state-folder';
import { eventually } from '@mail/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage, startBrowser, type ConsolePage } from './browser.js';
import { FRAME_DIALOGS, pressDialog } from './dialog-specs.js';

/** A run beside the one that whoever works in this clone may have. */
const NAME = `spec-${process.pid}`;
const CTRL_C = 130;

interface Run {
  readonly child: ChildProcess;
  /** The exit code, 128 + n where signal n ended it. */
  readonly exited: Promise<number>;
  output(): string;
  pressCtrlC(): void;
}

/** `npm start` with the environment of a new user. */
function npmStart(): Run {
  const { PATH = '', HOME = '', NODE_EXTRA_CA_CERTS: ca } = process.env;
  const child = spawn('npm', ['start', '--', '--as', NAME], {
    cwd: projectRoot,
    env: { PATH, HOME, ...(ca === undefined ? {} : { NODE_EXTRA_CA_CERTS: ca }) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, to which a Ctrl-C goes as a whole.
    detached: true,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
  return {
    child,
    exited: once(child, 'close').then((args) => {
      const [code, signal] = args as [number | null, NodeJS.Signals];
      return code ?? 128 + constants.signals[signal];
    }),
    output: () => text,
    pressCtrlC: () => process.kill(-(child.pid ?? 0), 'SIGINT'),
  };
}

const browser = await startBrowser();
if (typeof browser === 'string') console.warn(`No browser, and so no test of the console in one: ${browser}`);

describe.skipIf(typeof browser === 'string')('npm start', { timeout: 180_000 }, () => {
  let first: Run;
  let opened: ConsolePage;
  let page: Page;
  const addressOf = (what: string): string => new RegExp(`^  ${what} +(http\\S+)$`, 'm').exec(first.output())?.[1] ?? '';
  const api = (path: string, init?: RequestInit): Promise<Response> => fetch(`${addressOf('API')}/${path}`, init);
  const statusOf = async (id: string): Promise<unknown> => ((await (await api(`deliveries/${id}`)).json()) as { status: string }).status;
  const send = async (key: string, more: object = {}): Promise<string> => {
    const content = { mode: 'rendered', subject: 'Hello', text: 'It works.' };
    const body = JSON.stringify({ source: 'demo', to: ['ada@example.com'], content, ...more });
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const { delivery_id } = (await (await api('deliveries', { method: 'POST', headers, body })).json()) as { delivery_id: string };
    return delivery_id;
  };

  beforeAll(async () => {
    first = npmStart();
    const ended = first.exited.then((code) => {
      throw new Error(`npm start ended (exit ${code}):\n${first.output()}`);
    });
    await Promise.race([ended, eventually('everything runs', () => first.output().includes('Everything runs.'), 240_000)]);
    ended.catch(() => {});
    opened = await openPage(browser as Browser, addressOf('Console').replace(/\/console\/$/, ''));
    ({ page } = opened);
  }, 300_000);
  afterAll(async () => {
    if (first.child.exitCode === null && first.child.signalCode === null) first.pressCtrlC();
    await first.exited;
    await (browser as Browser).close();
    rmSync(join(chooseStateFolder(projectRoot).path, `start-${NAME}`), { recursive: true, force: true });
  });

  it('serves a console whose every dialog opens at its button, and does what it says', async () => {
    const later = await send('later', { deliver_at: '2999-01-01T00:00:00Z' });
    const sent = await send('sent');
    await eventually('it is sent', async () => (await statusOf(sent)) === 'sent', 60_000);
    for (const button of FRAME_DIALOGS) await pressDialog(page, button);
    await page.getByRole('button', { name: /^You are/ }).click();
    await page.getByRole('dialog').getByLabel('Your name').fill('Ada Lovelace');
    await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
    await page.getByRole('button', { name: 'Ada Lovelace' }).waitFor();

    await pressDialog(page, { path: `deliveries/${later}`, button: 'Cancel…', title: 'Cancel this delivery?' });
    await page.getByRole('button', { name: 'Cancel…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the delivery' }).click();
    await eventually('it is cancelled', async () => (await statusOf(later)) === 'cancelled', 60_000);

    await pressDialog(page, { path: `deliveries/${sent}`, button: 'Resend…', title: 'Resend this delivery?' });
    await page.getByRole('button', { name: 'Resend…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resend', exact: true }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'Open it' }).click();
    await page.waitForURL((url) => url.pathname.includes('/console/deliveries/') && !url.pathname.endsWith(sent));
    const resent = page.url().split('/').at(-1) ?? '';
    await eventually('it is sent again', async () => (await statusOf(resent)) === 'sent', 60_000);
    expect(opened.faults).toEqual([]);
  });

  it('serves the bundle that ships: built for production', async () => {
    const html = await (await fetch(addressOf('Console'))).text();
    const script = await (await fetch(new URL(/src="([^"]+\.js)"/.exec(html)?.[1] ?? '', addressOf('Console')))).text();
    expect(script.includes('jsxDEV'), 'what React adds for development').toBe(false);
    expect(script.length).toBeLessThan(400_000);
  });

  it('says at once that it runs already in this clone, and where, to whoever calls it again', async () => {
    const beganMs = performance.now();
    const second = npmStart();
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain('`npm start` runs in this clone already');
    expect(second.output()).toContain(addressOf('Console'));
    // A moment beside what it waits for a run that is ending.
    expect(performance.now() - beganMs).toBeLessThan(20_000);
  });

  it('ends at Ctrl-C, and everything with it', async () => {
    first.pressCtrlC();
    expect(await first.exited).toBe(CTRL_C);
    await expect(fetch(addressOf('Console'))).rejects.toThrow();
  });
});
