import { expect, it } from 'vitest';
import { unexplainedCopies } from './unexplained-copies.ts';

const kill = (...inFlight: string[]) => ({ inFlight });

it.each<[rule: string, second: string[], kills: { inFlight: string[] }[], unexplained: string[]]>([
  ['a second copy of what was in flight at a kill is explained', ['a'], [kill('a', 'b')], []],
  ['one of what was not in flight is not', ['a', 'c'], [kill('a', 'b')], ['c']],
  ['a third copy needs a second kill', ['a', 'a'], [kill('a')], ['a']],
  ['a third copy is explained by a second kill', ['a', 'a'], [kill('a'), kill('a')], []],
  ['nothing is explained where nothing was killed', ['a', 'a', 'a'], [], ['a', 'a', 'a']],
])('%s', (_rule, second, kills, unexplained) => {
  expect(unexplainedCopies(second, kills)).toEqual(unexplained);
});
