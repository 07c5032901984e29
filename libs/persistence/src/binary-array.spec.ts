import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { arrayOf } from './binary-array.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
afterAll(() => spec.drop());

const UUIDS = ['0193d0a8-7b1e-7c3a-9f00-0123456789ab', null, 'ffffffff-ffff-ffff-ffff-ffffffffffff'];

test.each<[type: string, parameter: Buffer, asText: (string | null)[]]>([
  ['bool', arrayOf.bool([true, null, false]), ['true', null, 'false']],
  ['bytea', arrayOf.bytea([Buffer.from([0, 255]), null, Buffer.alloc(0)]), [String.raw`\x00ff`, null, String.raw`\x`]],
  ['int2', arrayOf.int2([-32768, null, 32767]), ['-32768', null, '32767']],
  ['int4', arrayOf.int4([-(2 ** 31), null, 2 ** 31 - 1]), ['-2147483648', null, '2147483647']],
  ['int8', arrayOf.int8([-(2 ** 53), null, 2 ** 53]), ['-9007199254740992', null, '9007199254740992']],
  ['jsonb', arrayOf.jsonb(['{"a":"ü\\"\\\\"}', null, '[]']), ['{"a": "ü\\"\\\\"}', null, '[]']],
  ['text', arrayOf.text(['', null, 'NULL', '{"a,b"}\\', 'ü€😀']), ['', null, 'NULL', '{"a,b"}\\', 'ü€😀']],
  ['uuid', arrayOf.uuid(UUIDS), UUIDS],
  ['text', arrayOf.text([]), []],
])('an array of %s arrives as it was', async (type, parameter, asText) => {
  const rows = await spec.rows<{ element: string | null }>(
    `select element::text from unnest($1::${type}[]) with ordinality as t(element, place) order by place`,
    [parameter],
  );
  expect(rows.map(({ element }) => element)).toEqual(asText);
});

it('an array of timestamptz names the same times', async () => {
  const times = ['0001-01-01T00:00:00.000Z', '1999-12-31T23:59:59.999Z', null, '2026-01-02T03:04:05.678Z', '9999-12-31T23:59:59.999Z'];
  const rows = await spec.rows<{ same: boolean | null }>(
    'select bool_and(sent is not distinct from meant) as same from unnest($1::timestamptz[], $2::text[]::timestamptz[]) as t(sent, meant)',
    [arrayOf.timestamptz(times), times],
  );
  expect(rows).toEqual([{ same: true }]);
});
