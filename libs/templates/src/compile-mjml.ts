import { fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LineFault } from './catalog-error.js';

export type MjmlResult = { readonly ok: true; readonly html: string } | { readonly ok: false; readonly faults: readonly LineFault[] };

/** No web fonts: a mail must not tell a third party when it was opened. */
export const MJML_OPTIONS = { validationLevel: 'strict', fonts: {}, keepComments: false } as const;

/** What the compiling process is sent. */
export interface MjmlOrder {
  readonly sources: readonly string[];
  readonly options: typeof MJML_OPTIONS;
}

/** Far more than any catalog takes: a compiler that hangs must not hold up a start for ever. */
const MAX_MS = 60_000;

/**
 * Compiles MJML sources to HTML, strictly; results in the order of the sources. In a process of its own that ends with
 * the work: MJML brings 80 MB of packages (a CSS minifier, an HTTP client) which a server would carry for ever, and a
 * worker thread does not give them back. That process gets an empty environment, so no passwords.
 */
export async function compileMjml(sources: readonly string[]): Promise<readonly MjmlResult[]> {
  if (sources.length === 0) return [];
  // The extension is .ts in specs, which run the sources: Node strips the types.
  const entry = fileURLToPath(new URL(`./mjml-process${extname(import.meta.url)}`, import.meta.url));
  const child = fork(entry, { env: {}, execArgv: [], timeout: MAX_MS, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2000)));
  let results: readonly MjmlResult[] | null = null;
  child.once('message', (message) => (results = message as readonly MjmlResult[]));
  const order: MjmlOrder = { sources, options: MJML_OPTIONS };
  // One that dies before it has read its order says so by its end, and why.
  child.send(order, () => undefined);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (results === null) throw new Error(`The MJML compiler ended without a result (${signal ?? `exit code ${code}`}): ${complaint.trim()}`);
  return results;
}
