import { parseDeliveryRequest, parseStreamEntry } from '@mail/domain';
import { describe, expect, it } from 'vitest';
import type { CommandCase } from './bad-input-case.js';
import { commandCases } from './command-cases.js';
import { httpRequestCases } from './http-request-cases.js';
import { STREAM_ENTRY_CASES } from './stream-entry-cases.js';
import { withSource } from './with-source.js';

const MAX_BYTES = 256 * 1024;
const COMMANDS = commandCases(MAX_BYTES);
const REQUESTS = httpRequestCases(MAX_BYTES);

/** What a reader of commands alone has to find: it knows no templates. */
const readerFinds = ({ expect: code, byTemplate }: CommandCase) =>
  code === 'unknown_template' || code === 'missing_variable' || byTemplate === true ? 'accepted' : code;
const pointersOf = (refusal: { readonly faults: readonly { readonly pointer: string }[] }): string[] =>
  refusal.faults.map(({ pointer }) => pointer);

describe('the corpus', () => {
  it('has a name of its own for every case', () => {
    for (const cases of [COMMANDS, STREAM_ENTRY_CASES, REQUESTS]) {
      const names = cases.map(({ name }) => name);
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    }
  });

  it('reaches every code of acceptance', () => {
    const codes = new Set<string>([...COMMANDS, ...STREAM_ENTRY_CASES, ...REQUESTS].map(({ expect }) => expect));
    for (const code of [
      'accepted',
      'malformed_json',
      'validation_failed',
      'unknown_template',
      'missing_variable',
      'command_too_large',
      'missing_idempotency_key',
      'unsupported_media_type',
    ]) {
      expect(codes).toContain(code);
    }
  });
});

describe('the reader of commands, without template or database, finds', () => {
  it.each(COMMANDS.filter(({ door }) => door !== 'http').map((each) => [each.expect, each.name, each] as const))(
    '%s, from the stream: %s',
    (_code, _name, each) => {
      const parsed = parseStreamEntry(
        [
          [Buffer.from('source'), Buffer.from('shop')],
          [Buffer.from('idempotency_key'), Buffer.from('k')],
          [Buffer.from('command'), Buffer.from(each.body)],
        ],
        MAX_BYTES,
      );
      expect(parsed.ok ? 'accepted' : parsed.refusal.code).toBe(readerFinds(each));
      if (!parsed.ok && each.pointer !== undefined) expect(pointersOf(parsed.refusal)).toContain(each.pointer);
    },
  );

  it.each(COMMANDS.filter(({ door }) => door !== 'stream').map((each) => [each.expect, each.name, each] as const))(
    '%s, by HTTP: %s',
    (_code, _name, each) => {
      const parsed = parseDeliveryRequest(each.door === 'http' ? Buffer.from(each.body) : withSource(each.body, 'shop'), MAX_BYTES);
      expect(parsed.ok ? 'accepted' : parsed.refusal.code).toBe(readerFinds(each));
      if (!parsed.ok && each.pointer !== undefined) expect(pointersOf(parsed.refusal)).toContain(each.pointer);
    },
  );

  it.each(STREAM_ENTRY_CASES.map((each) => [each.expect, each.name, each] as const))('%s, of an entry: %s', (_code, _name, each) => {
    const parsed = parseStreamEntry(
      each.fields.map(([name, value]) => [Buffer.from(name), Buffer.from(value)] as const),
      MAX_BYTES,
    );
    expect(parsed.ok ? 'accepted' : parsed.refusal.code).toBe(each.expect);
    if (!parsed.ok && each.pointer !== undefined) expect(pointersOf(parsed.refusal)).toContain(each.pointer);
    if (!parsed.ok && each.recordedSource !== undefined) expect(parsed.source).toBe(each.recordedSource);
  });
});
