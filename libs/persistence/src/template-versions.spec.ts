import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { readCompiledBodies, recordCompiledBodies } from './statements/compiled-bodies.js';
import { readTemplateVersion, recordTemplateVersions } from './statements/template-versions.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const version = (template_id: string, template_hash: string, body = 'b') => ({ template_id, template_hash, locales: { en: { body } } });

it('a version is found by its template and hash, as it was brought', async () => {
  await recordTemplateVersions(spec.database, [version('a', '1'), version('a', '2'), version('b', '1')]);
  expect(await readTemplateVersion(spec.database, 'a', '2')).toEqual(version('a', '2'));
});

it('a version that nobody brought is not found', async () => {
  await recordTemplateVersions(spec.database, [version('a', '1')]);
  expect(await readTemplateVersion(spec.database, 'a', '2')).toBeNull();
  expect(await readTemplateVersion(spec.database, 'b', '1')).toBeNull();
});

it('a known version stays as it is', async () => {
  await recordTemplateVersions(spec.database, [version('a', '1', 'first')]);
  await recordTemplateVersions(spec.database, [version('a', '1', 'second'), version('a', '2')]);
  expect(await readTemplateVersion(spec.database, 'a', '1')).toEqual(version('a', '1', 'first'));
  expect(await readTemplateVersion(spec.database, 'a', '2')).not.toBeNull();
});

it('processes that start at once bring theirs without getting in each other’s way', async () => {
  const versions = [...Array(20).keys()].map((index) => version(`t${index}`, '1'));
  const rounds = [...Array(8).keys()].map((index) =>
    recordTemplateVersions(spec.database, index % 2 === 0 ? versions : [...versions].reverse()),
  );
  await Promise.all(rounds);
  expect(await spec.row('select count(*)::int as count from template_versions')).toEqual({ count: 20 });
});

it('compiled bodies are found by the hash of their source, and the first of a hash stays', async () => {
  await recordCompiledBodies(spec.database, new Map([['a', '<p>a</p>']]));
  await recordCompiledBodies(
    spec.database,
    new Map([
      ['b', '<p>b</p>'],
      ['a', 'other'],
    ]),
  );
  const found = await readCompiledBodies(spec.database, ['a', 'b', 'c']);
  expect([...found].sort()).toEqual([
    ['a', '<p>a</p>'],
    ['b', '<p>b</p>'],
  ]);
});
