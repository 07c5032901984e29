import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { recordMalformedCommands, type MalformedCommand } from './statements/record-malformed-commands.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

let made = 0;
const malformed = (more: Partial<MalformedCommand> = {}): MalformedCommand => ({
  malformedId: `019b7a5e-0000-7000-8000-${String((made += 1)).padStart(12, '0')}`,
  stream: 'commands',
  incarnation: 1,
  entryId: '1-0',
  source: 'shop',
  idempotencyKey: 'k',
  raw: Buffer.from([0x7b, 0x00, 0xff]),
  sha256: Buffer.alloc(32, 9),
  rawBytes: 3,
  code: 'validation_failed',
  reason: 'one fault',
  faults: [{ pointer: '/to', detail: 'is missing' }],
  ...more,
});
const stored = () => spec.rows('select malformed_id, entry_id from malformed_commands order by malformed_id');

it('a malformed command is kept as its bytes, whatever they are', async () => {
  const command = malformed();
  await recordMalformedCommands(spec.database, [command]);
  expect(
    await spec.rows(
      'select stream, incarnation, entry_id, source, idempotency_key, raw, sha256, raw_bytes, code, reason, faults from malformed_commands',
    ),
  ).toEqual([
    {
      stream: 'commands',
      incarnation: 1,
      entry_id: '1-0',
      source: 'shop',
      idempotency_key: 'k',
      raw: command.raw,
      sha256: command.sha256,
      raw_bytes: 3,
      code: 'validation_failed',
      reason: 'one fault',
      faults: [{ pointer: '/to', detail: 'is missing' }],
    },
  ]);
});

it('one that says neither who sent it nor under which key is kept too', async () => {
  await recordMalformedCommands(spec.database, [malformed({ source: null, idempotencyKey: null, code: 'malformed_json', faults: [] })]);
  expect(await spec.row('select source, idempotency_key from malformed_commands')).toEqual({ source: null, idempotency_key: null });
});

it('an entry is recorded once, however often it is read', async () => {
  const [first, again] = [malformed(), malformed()];
  await recordMalformedCommands(spec.database, [first]);
  await recordMalformedCommands(spec.database, [again, malformed({ entryId: '2-0' })]);
  expect(await stored()).toMatchObject([{ malformed_id: first.malformedId, entry_id: '1-0' }, { entry_id: '2-0' }]);
});

it('the same entry id of another stream, or of another incarnation, is another entry', async () => {
  await recordMalformedCommands(spec.database, [malformed(), malformed({ stream: 'other' }), malformed({ incarnation: 2 })]);
  expect(await stored()).toHaveLength(3);
});

it('of a command of source auth nothing that may hold a code can be stored', async () => {
  await expect(recordMalformedCommands(spec.database, [malformed({ source: 'auth' })])).rejects.toMatchObject({
    constraint: 'nothing_kept_of_codes',
  });
  await recordMalformedCommands(spec.database, [malformed({ source: 'auth', raw: null, sha256: null })]);
  expect(await spec.row('select raw, sha256, raw_bytes from malformed_commands')).toEqual({ raw: null, sha256: null, raw_bytes: 3 });
});
