import { parseStreamEntry, type AcceptanceTerms, type MaybeSecretTemplate } from '@mail/domain';
import type { Database } from '@mail/persistence';
import { createLogger } from '@mail/runtime';
import { openCommandStream, RedisStreamStrategy, COMMAND_BATCH, type CommandStream, type NextTurn, type StreamEntry } from '@mail/stream';
import { testDatabase, testStream, type TestDatabase, type TestStream } from '@mail/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSpecDatabase } from '../testing/open-spec-database.js';
import { acceptCommands } from './accept-commands.js';
import { CommandsController } from './commands.controller.js';
import { CANNOT_BE_STORED, readEntry, setAside } from './read-entry.js';
import { LeasedPosition } from './stream-position.js';

const GOOD = '{"to":["ada@example.com"],"content":{"mode":"rendered","subject":"Hello","text":"It works."}}';
const MAX_BYTES = 5 * 1024 * 1024;
const terms: AcceptanceTerms = {
  mode: 'smtp',
  from: { email: 'no-reply@example.com', name: null },
  templates: { get: () => undefined },
  secretKeys: [],
};

const TEMPLATES = [
  { templateId: 'plain', secretNames: [] },
  { templateId: 'login', secretNames: ['pin'] },
];

let test: TestDatabase;
let redis: TestStream;
let database: Database;
let stream: CommandStream;
let lines: string[];
beforeEach(async () => {
  lines = [];
  [test, redis] = await Promise.all([testDatabase(), testStream()]);
  database = await openSpecDatabase(test.dsn);
  stream = await openCommandStream({
    ...redis,
    db: 0,
    operationTimeoutMs: 5000,
    blockTimeoutMs: 50,
    onConnectionError: () => undefined,
  });
});
afterEach(async () => {
  stream.close();
  await database.close();
  await Promise.all([test.drop(), redis.drop()]);
});

const add = (command: string, key: string, source = 'shop') =>
  redis.redis.xadd(redis.stream, '*', 'source', source, 'idempotency_key', key, 'command', command);

/** Reads until the offset is this entry, by turns that may not fail. */
async function consumeTo(
  last: string | null,
  parse: typeof parseStreamEntry,
  given: AcceptanceTerms = terms,
  templates: readonly MaybeSecretTemplate[] = TEMPLATES,
): Promise<void> {
  const logger = createLogger({ app: 'stream-consumer', logLevel: 'warn' }, { write: (line: string) => void lines.push(line) });
  const position = new LeasedPosition({ database, stream: redis.stream, holder: 'spec', leaseTtlMs: 15_000, logger });
  const due = { notify: () => undefined };
  const acceptance = {
    database,
    templates,
    due,
    logger,
    maxCommandBytes: MAX_BYTES,
    idempotencyTtlMs: 60_000,
    leaseTtlMs: 15_000,
  };
  const read = readEntry({ stream: redis.stream, terms: given, maxCommandBytes: MAX_BYTES, parse, logger });
  const accept = acceptCommands({ ...acceptance, read });
  const aside = acceptCommands({ ...acceptance, read: setAside(redis.stream, CANNOT_BE_STORED) });
  const controller = new CommandsController({ position, accept, setAside: aside, logger });
  let turn = (): Promise<NextTurn> => Promise.resolve(0);
  const start = (run: typeof turn) => {
    turn = run;
    return { stop: () => Promise.resolve() };
  };
  const strategy = new RedisStreamStrategy({ stream, position, standbyMs: 50, start });
  strategy.addHandler(COMMAND_BATCH, (entries: StreamEntry[]) => controller.onBatch(entries), true);
  strategy.listen(() => undefined);
  while (position.held?.lastId !== last) await turn();
}

const malformed = async () =>
  (
    await test.client.query(
      'select source, idempotency_key, raw, sha256, raw_bytes, code, reason, faults from malformed_commands order by entry_id',
    )
  ).rows as {
    source: string;
    idempotency_key: string;
    raw: Buffer | null;
    sha256: Buffer | null;
    raw_bytes: number;
    code: string;
    faults: [];
  }[];

describe('a parser that always throws', () => {
  const throwing = (): never => {
    throw new RangeError('Unexpected token in 493817');
  };

  it('does not stop the stream: each entry is recorded as malformed with its raw bytes, and the offset moves', async () => {
    await add(GOOD, 'first');
    const last = await add('no JSON', 'second');
    await consumeTo(last, throwing);
    expect(await malformed()).toMatchObject([
      { source: 'shop', idempotency_key: 'first', raw: Buffer.from(GOOD), raw_bytes: GOOD.length, code: 'validation_failed' },
      { source: 'shop', idempotency_key: 'second', raw: Buffer.from('no JSON'), code: 'validation_failed' },
    ]);
  });

  it('leaves neither bytes nor hash of a command of source auth, and no word of the exception in the log', async () => {
    await consumeTo(await add('{"code":"493817"}', 'k', 'auth'), throwing);
    expect(await malformed()).toMatchObject([{ source: 'auth', raw: null, sha256: null, raw_bytes: 17 }]);
    expect(lines.join('')).toContain('"error_type":"RangeError"');
    expect(lines.join('')).not.toContain('493817');
  });

  it('leaves neither bytes nor hash of a command that names a template with secrets, or one that is unknown', async () => {
    const commands = [
      '{"template_id":"login","x":"493817"}',
      '{"template_id":"none","x":"493817"}',
      '{"email":"a@x.example","pin":"493817"}',
    ];
    for (const [index, command] of commands.entries()) await add(command, String(index));
    await consumeTo(await add('{"template_id":"plain"}', 'kept'), throwing);
    const [kept, ...nothing] = (await malformed()).reverse();
    expect(kept).toMatchObject({ raw: Buffer.from('{"template_id":"plain"}') });
    expect(nothing.map(({ raw, sha256 }) => [raw, sha256])).toEqual(commands.map(() => [null, null]));
  });

  it('costs the other entries of its batch nothing', async () => {
    const throwingOnce: typeof parseStreamEntry = (fields, maxBytes) =>
      fields.some(([, value]) => value.equals(Buffer.from('bad'))) ? throwing() : parseStreamEntry(fields, maxBytes);
    await add(GOOD, 'one');
    await add(GOOD, 'bad');
    await consumeTo(await add(GOOD, 'three'), throwingOnce);
    const { rows } = await test.client.query('select idempotency_key from deliveries order by idempotency_key');
    expect(rows).toEqual([{ idempotency_key: 'one' }, { idempotency_key: 'three' }]);
    expect(await malformed()).toMatchObject([{ idempotency_key: 'bad' }]);
  });
});

it('an entry that takes long to be looked at is looked at before its transaction, which would time out meanwhile', async () => {
  const inTransaction: boolean[] = [];
  const given = database;
  let open = 0;
  const transaction: Database['transaction'] = (work) =>
    given.transaction(async (client) => {
      open += 1;
      return work(client).finally(() => (open -= 1));
    });
  database = { ...given, transaction };
  const watched = {
    templateId: 'plain',
    get secretNames() {
      inTransaction.push(open > 0);
      return [];
    },
  };
  await consumeTo(await add('no JSON', 'k'), parseStreamEntry, terms, [watched]);
  expect(await malformed()).toMatchObject([{ raw: Buffer.from('no JSON') }]);
  expect(inTransaction).toContain(false);
  expect(inTransaction).not.toContain(true);
});

it('a template whose check throws refuses its own commands alone', async () => {
  const template = (id: string) => JSON.stringify({ to: ['ada@example.com'], content: { mode: 'template', template_id: id } });
  const get = (): never => {
    throw new Error('the catalog is broken');
  };
  await add(template('plain'), 'one');
  await consumeTo(await add(GOOD, 'two'), parseStreamEntry, { ...terms, templates: { get } });
  expect(await malformed()).toMatchObject([{ idempotency_key: 'one', raw: Buffer.from(template('plain')) }]);
});

describe('an entry with more faults than the call stack has room for', () => {
  it.each([
    ['126 000 unknown names', Array.from({ length: 126_000 }, (_, index) => `"k${index}":0`).join(',')],
    ['members named __proto__', `"x":[${Array.from({ length: 126_000 }, () => '{"__proto__":0}').join(',')}]`],
  ])('is recorded with at most 50 of them, and the stream goes on: %s', async (_name, members) => {
    await add(`{${members},${GOOD.slice(1)}`, 'bad');
    await consumeTo(await add(GOOD, 'good'), parseStreamEntry);
    const [record] = await malformed();
    expect(record).toMatchObject({ idempotency_key: 'bad', code: 'validation_failed' });
    expect(record?.faults.length).toBeLessThanOrEqual(50);
    expect((await test.client.query('select 1 from deliveries')).rows).toHaveLength(1);
  });
});
