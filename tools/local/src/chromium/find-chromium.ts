import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../run-quietly.ts';
import { unpackChromium } from './unpack-chromium.ts';

/** A browser to drive; `env` is what it needs besides ours. */
export interface Chromium {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
  readonly from: string;
}

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'];
const STARTS_WITHIN_MS = 60_000;

/** By what it shows of a page: one whose libraries or files are missing says its version all the same. */
async function started(path: string, env: Readonly<Record<string, string>>, from: string): Promise<Chromium | string> {
  const run = { withinMs: STARTS_WITHIN_MS, env };
  const { stdout: said } = await runQuietly(path, ['--version'], run);
  const shown = await runQuietly(path, [...FLAGS, '--dump-dom', 'data:text/html,<p>it%20runs'], run);
  if (!shown.stdout.includes('it runs')) return `${path} does not run: ${shown.stderr.trim().split('\n').at(-1) ?? ''}`;
  return { path, env, from, version: said.trim() };
}

/** How it is run without a display, a sandbox that root cannot have, or anybody to ask on the network. */
export const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;

/**
 * Chromium: that of TEST_CHROMIUM, else one of this machine, else Debian's, unpacked into `folder` once, with its libraries and two fonts.
 * Asks nobody, installs nothing. A string says why there is none: what needs a browser is left out then.
 */
export async function findChromium(folder: string, note: (text: string) => void = () => {}): Promise<Chromium | string> {
  const named = process.env['TEST_CHROMIUM'] ?? '';
  if (named !== '') return started(named, {}, 'TEST_CHROMIUM');
  const faults: string[] = [];
  for (const path of INSTALLED) {
    if (!existsSync(path)) continue;
    const found = await started(path, {}, path);
    if (typeof found !== 'string') return found;
    faults.push(found);
  }
  if (!existsSync(folder)) note("fetching the system's package, 100 MB");
  const unpacked = await unpackChromium(folder);
  if (typeof unpacked === 'string') return [...faults, unpacked].join('; ');
  // Tried once: it does not change.
  const tried = join(folder, 'runs');
  const from = "unpacked from the system's package";
  if (existsSync(tried)) return { ...unpacked, from, version: readFileSync(tried, 'utf8') };
  const found = await started(unpacked.path, unpacked.env, from);
  if (typeof found === 'string') return [...faults, found].join('; ');
  writeFileSync(tried, found.version);
  return found;
}

/** Where it lies, below the state folder. */
export const chromiumFolder = (state: string): string => join(state, 'chromium');
