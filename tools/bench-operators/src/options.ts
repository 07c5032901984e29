import { parseArgs } from 'node:util';
import { Trouble } from '@mail/local/trouble';

export interface Options {
  /** Deliveries of the large database, and of the small one that it is held against. */
  readonly rows: number;
  readonly few: number;
  /** For each page. */
  readonly requests: number;
  readonly only: string;
  readonly write: boolean;
}

/** From so many on a whole run is worth a page. */
const WRITTEN_FROM = 2_000_000;
const LEAST = 10_000;
const HELP = 'npm run bench:operators -- --help lists what there is.';

function numberOf(option: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Trouble(`--${option} is "${text}", and no number from 1 on.`, HELP);
}

/** Reads the command line. Throws Trouble where it asks for what there is not. */
export function optionsOf(args: readonly string[]): Options {
  const options = {
    rows: { type: 'string', default: '2000000' },
    few: { type: 'string', default: '20000' },
    requests: { type: 'string', default: '200' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  } as const;
  let values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];
  try {
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (error) {
    throw new Trouble(error instanceof Error ? error.message : String(error), HELP);
  }
  const rows = numberOf('rows', values.rows);
  const few = numberOf('few', values.few);
  if (Math.min(rows, few) < LEAST) throw new Trouble(`Fewer than ${LEAST} rows show nothing.`, HELP);
  return {
    rows,
    few,
    requests: numberOf('requests', values.requests),
    only: values.only,
    write: values.write || (rows >= WRITTEN_FROM && values.only === ''),
  };
}
