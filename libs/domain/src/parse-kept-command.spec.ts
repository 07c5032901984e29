import { describe, expect, it } from 'vitest';
import { parseStreamEntry } from './command-stream-entry.js';
import { parseKeptCommand, type KeptCommand } from './parse-kept-command.js';

const COMMAND = Buffer.from('{"to":["a@example.com"],"content":{"mode":"rendered","subject":"s","text":"t"}}');
const kept = (more: Partial<KeptCommand> = {}): KeptCommand => ({
  source: 'shop',
  idempotencyKey: 'k1',
  raw: COMMAND,
  rawBytes: COMMAND.length,
  code: 'unknown_template',
  reason: 'There is no such template in the catalog.',
  faults: [],
  ...more,
});
/** What the consumer keeps of an entry that it refuses. */
function keptOf(fields: readonly (readonly [string, string])[]): KeptCommand {
  const parsed = parseStreamEntry(
    fields.map(([name, value]) => [Buffer.from(name), Buffer.from(value)]),
    1000,
  );
  if (parsed.ok) throw new Error('the entry is acceptable');
  const { code, detail: reason, faults } = parsed.refusal;
  return kept({ source: parsed.source, idempotencyKey: parsed.idempotencyKey, code, reason, faults });
}

describe('a command that was refused is read once more', () => {
  it('as the entry that it was', () => {
    const entry = parseStreamEntry(
      [
        [Buffer.from('source'), Buffer.from('shop')],
        [Buffer.from('idempotency_key'), Buffer.from('k1')],
        [Buffer.from('command'), COMMAND],
      ],
      1000,
    );
    expect(parseKeptCommand(kept(), 1000)).toEqual(entry);
    expect(entry.ok).toBe(true);
  });

  it.each<[string, KeptCommand, number, string]>([
    ['of which nothing was kept', kept({ source: 'auth', raw: null }), 1000, 'content_purged'],
    ['that was cut', kept({ raw: COMMAND.subarray(0, 10) }), 1000, 'content_purged'],
    ['that is no JSON', kept({ raw: Buffer.from('{'), rawBytes: 1 }), 1000, 'malformed_json'],
    ['that is empty', kept({ raw: Buffer.alloc(0), rawBytes: 0 }), 1000, 'malformed_json'],
    ['that is too large still', kept(), 10, 'command_too_large'],
    ['without a source', kept({ source: null }), 1000, 'validation_failed'],
    ['without a key', kept({ idempotencyKey: null }), 1000, 'missing_idempotency_key'],
  ])('unless it is one %s', (_, command, maxBytes, code) => {
    expect(parseKeptCommand(command, maxBytes)).toMatchObject({ ok: false, refusal: { code } });
  });

  it.each([
    ['a field that is unknown', [['payload', 'x']]],
    ['a field that was given twice', [['source', 'game']]],
  ] as const)('and is refused for what it was refused for where its entry had %s', (_, excess) => {
    const command = keptOf([['source', 'shop'], ['idempotency_key', 'k1'], ['command', COMMAND.toString()], ...excess]);
    expect(parseKeptCommand(command, 1000)).toEqual({
      ok: false,
      refusal: { code: 'validation_failed', detail: command.reason, faults: command.faults },
    });
  });
});
