import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EVENTS } from '@mail/runtime';
import { expect, it, test } from 'vitest';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
// `event: 'x'`, both of `event: … ? 'x' : 'y'`, and `die('x')`.
const NAMED = /\bevent: (?:[^,'\n]*\? '(\w+)' : )?'(\w+)'|\bdie\('(\w+)'\)/g;

/** Every event that the source names, and where. */
const named = globSync('{apps,libs}/*/src/**/*.ts', { cwd: ROOT })
  .filter((file) => !file.endsWith('.spec.ts') && !file.startsWith('libs/testing'))
  .flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(NAMED)].flatMap(([, ...events]) =>
      events.flatMap((event) => (event === undefined ? [] : [{ event, file }])),
    ),
  );

it('every event that is logged is in the catalogue', () => {
  expect(named.filter(({ event }) => !(event in EVENTS))).toEqual([]);
});

test.each(Object.keys(EVENTS))('%s, of the catalogue, is logged', (event) => {
  expect(named.map((line) => line.event)).toContain(event);
});
