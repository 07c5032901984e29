import { expect, it } from 'vitest';
import { splitVariables } from './split-variables.js';

it('the named variables are secret, whole, and the others plain', () => {
  expect(splitVariables({ code: '123456', name: 'A', link: { code: 'x' } }, ['code', 'link'])).toEqual({
    plain: { name: 'A' },
    secret: { code: '123456', link: { code: 'x' } },
  });
});

it('a name counts at the top level only', () => {
  expect(splitVariables({ nested: { code: '1' } }, ['code'])).toEqual({ plain: { nested: { code: '1' } }, secret: null });
});

it('without a secret variable there is no secret part', () => {
  expect(splitVariables({ a: 1 }, [])).toEqual({ plain: { a: 1 }, secret: null });
  expect(splitVariables({}, ['code'])).toEqual({ plain: {}, secret: null });
});
