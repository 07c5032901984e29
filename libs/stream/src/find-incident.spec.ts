import { describe, expect, it, test } from 'vitest';
import type { Survey } from './command-stream.js';
import { findIncident, type Incident, type ReadPosition } from './find-incident.js';

const at = (lastId: string, consumed: number, missed = 0): ReadPosition => ({ lastId, consumed, missed, countsKnown: true });
const stream = (firstEntryId: string | null, lastGeneratedId: string, entriesAdded: number, length: number): Survey => ({
  kind: 'stream',
  firstEntryId,
  lastGeneratedId,
  entriesAdded,
  length,
  runId: 'run-1',
});

describe('nothing is missing', () => {
  test.each<[string, Survey, ReadPosition]>([
    ['in a stream that was never there, for a reader who never read', { kind: 'missing_key' }, at('0-0', 0)],
    ['before the first read', stream('1-0', '3-0', 3, 3), at('0-0', 0)],
    ['when all was read, and only the last of it is still there', stream('9-0', '9-0', 9, 1), at('9-0', 9)],
    ['while what was added since a gap that was read past is still to be read', stream('5-0', '9-0', 9, 5), at('5-0', 3)],
    ['while all that was read is still there', stream('1-0', '9-0', 9, 9), at('5-0', 5)],
    ['when all was read', stream('1-0', '9-0', 9, 9), at('9-0', 9)],
    ['when the producer has trimmed what was read, and no more', stream('6-0', '9-0', 9, 4), at('5-0', 5)],
    ['when the last of what was read is still there, and no more', stream('5-0', '9-0', 9, 5), at('5-0', 5)],
    ['when the producer has trimmed all, and all was read', stream(null, '9-0', 9, 0), at('9-0', 9)],
    ['when some of what was read is deleted', stream('2-0', '9-0', 9, 6), at('5-0', 5)],
    ['when the gap was counted before', stream('8-0', '9-0', 9, 2), at('5-0', 5, 2)],
    ['when a stream that was consumed before was replaced, and that was counted', stream('20-0', '21-0', 2, 2), at('9-0', 9, -9)],
  ])('%s', (_, survey, position) => {
    expect(findIncident(survey, position)).toBeNull();
  });
});

describe('an incident is', () => {
  const incidents: [string, Survey, ReadPosition, Omit<Incident, 'detail'>][] = [
    ['a stream that was there is gone', { kind: 'missing_key' }, at('5-0', 5), { kind: 'missing_key', missed: 0, halts: false }],
    ['the key is no stream', { kind: 'wrong_type' }, at('0-0', 0), { kind: 'wrong_type', missed: 0, halts: false }],
    ['entries were trimmed before they were read', stream('8-0', '9-0', 9, 2), at('5-0', 5), { kind: 'gap', missed: 2, halts: false }],
    ['all were trimmed, and some not read', stream(null, '9-0', 9, 0), at('5-0', 5), { kind: 'gap', missed: 4, halts: false }],
    ['entries were trimmed before the first read', stream('3-0', '9-0', 9, 7), at('0-0', 0), { kind: 'gap', missed: 2, halts: false }],
    ['a second gap after one that was counted', stream('9-0', '12-0', 12, 4), at('5-0', 5, 2), { kind: 'gap', missed: 1, halts: false }],
    [
      'entries were trimmed between two reads, the second of which went past them',
      stream('8-0', '9-0', 9, 2),
      at('9-0', 4),
      { kind: 'gap', missed: 5, halts: false },
    ],
    [
      'another stream was read to its end before anybody looked',
      stream('20-0', '21-0', 2, 2),
      at('21-0', 11),
      { kind: 'gap', missed: -9, halts: false },
    ],
    ['another stream, with later ids', stream('20-0', '21-0', 2, 2), at('9-0', 9), { kind: 'gap', missed: -9, halts: false }],
    ['ids that went backwards', stream('1-0', '4-0', 4, 4), at('9-0', 9), { kind: 'went_backwards', missed: 0, halts: true }],
    [
      'an empty stream whose ids went backwards',
      stream(null, '0-0', 0, 0),
      at('9-0', 9),
      { kind: 'went_backwards', missed: 0, halts: true },
    ],
  ];

  test.each(incidents)('%s', (_, survey, position, expected) => {
    expect(findIncident(survey, position)).toMatchObject(expected);
  });

  test.each(incidents.filter(([, , , { kind }]) => kind === 'gap'))(
    '%s: counted in, it is not found again',
    (_, survey, position, { missed }) => {
      expect(findIncident(survey, { ...position, missed: position.missed + missed })).toBeNull();
    },
  );
});

it('an incident says what Redis said, and how many are missing where that is known', () => {
  const seen = { last_generated_id: '9-0', entries_added: 9, run_id: 'run-1' };
  expect(findIncident(stream('8-0', '9-0', 9, 2), at('5-0', 5))?.detail).toEqual({
    ...seen,
    first_entry_id: '8-0',
    length: 2,
    entries_missing: 2,
  });
  expect(findIncident(stream(null, '9-0', 9, 0), at('8-0', 12))?.detail).toEqual({
    ...seen,
    first_entry_id: null,
    length: 0,
    entries_missing: null,
  });
});

it('the counts of a stream that was adopted tell nothing until all of it is read, but ids that went back do', () => {
  const adopted = { ...at('5-0', 0), countsKnown: false };
  expect(findIncident(stream('1-0', '9-0', 9, 9), adopted)).toBeNull();
  expect(findIncident(stream('7-0', '9-0', 9, 3), adopted)).toBeNull();
  expect(findIncident(stream('1-0', '4-0', 4, 4), adopted)).toMatchObject({ kind: 'went_backwards', halts: true });
});
