import { projectRoot } from '@mail/local/project-root';
import { describe, expect, it } from 'vitest';
import { scenarios } from '../scenarios/index.ts';
import { checkEdits } from './edit-built.ts';
import { mutants } from './mutants.ts';

describe.each(mutants.map((mutant) => [mutant.id, mutant] as const))('the mutant %s', (_id, mutant) => {
  it('finds the code that it changes, once', () => {
    expect(() => checkEdits(projectRoot, mutant)).not.toThrow();
  });

  it('is tried on scenarios that there are', () => {
    const known = new Set(scenarios.map(({ id }) => id));
    expect(mutant.scenarios.filter((id) => !known.has(id))).toEqual([]);
  });
});

describe('a mutant whose code has moved on', () => {
  const edit = { file: 'package.json', put: '' };
  const mutant = { id: 'moved', what: '', apps: [], scenarios: [], signs: [] } as const;

  it.each([
    ['is gone', 'no such text in it', /0 times/],
    ['is there more than once', '"', /\d{2,} times/],
  ])('says so where it %s', (_what, find, said) => {
    expect(() => checkEdits(projectRoot, { ...mutant, edits: [{ ...edit, find }] })).toThrow(said);
  });
});
