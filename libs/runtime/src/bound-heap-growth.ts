import { setFlagsFromString } from 'node:v8';

/** How far the old generation may grow past what is in use before it is collected again, in percent. */
const GROWTH_PERCENT = 40;
const BOUND_BY_HAND = /--(?:max|min)[-_](?:semi[-_]space|old[-_]space|heap)[-_]size/;

/**
 * Has garbage collected while it is little. By itself V8 measures its patience by the machine's memory, and lets a young generation
 * grow past 100 MB of which a batch of mails needs a tenth: a process would hold three times the memory at no less CPU time.
 *
 * The young generation stays as large as it is when this is called; both flags are read at each collection. Whoever bounds the heap
 * by flags of their own (`NODE_OPTIONS`) is left to it.
 */
export function boundHeapGrowth(flags: readonly string[] = [...process.execArgv, process.env['NODE_OPTIONS'] ?? '']): void {
  if (flags.some((flag) => BOUND_BY_HAND.test(flag))) return;
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
