import { isUtf8 } from 'node:buffer';
import { canonicalJson, parseDeliveryRequest, parseLoginCodeRequest, parseStreamEntry, PROBLEMS } from '@mail/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzSettings } from './fuzz-settings.js';
import { nearlyValidCommand } from './nearly-valid-command.js';
import { withSource } from './with-source.js';

const MAX_BYTES = 64 * 1024;
const { runs: numRuns, seed } = fuzzSettings('the readers of commands', 5000);

const entryOf = (command: Buffer) =>
  parseStreamEntry(
    [
      [Buffer.from('source'), Buffer.from('shop')],
      [Buffer.from('idempotency_key'), Buffer.from('k')],
      [Buffer.from('command'), command],
    ],
    MAX_BYTES,
  );
/** Every string in a value, names too. */
function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, entry]) => [name, ...stringsOf(entry)]);
}

describe('whatever the bytes of a command', () => {
  it('its readers return a value: a command, or a refusal in words of the catalogue', () => {
    fc.assert(
      fc.property(nearlyValidCommand, (command) => {
        for (const parsed of [entryOf(command), parseDeliveryRequest(command, MAX_BYTES), parseLoginCodeRequest(command, MAX_BYTES)]) {
          if (!parsed.ok) {
            expect(PROBLEMS).toHaveProperty(parsed.refusal.code);
            expect(parsed.refusal.faults.length).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns, seed },
    );
  });

  it('both doors find the same', () => {
    fc.assert(
      fc.property(nearlyValidCommand, (command) => {
        const stream = entryOf(command);
        const http = parseDeliveryRequest(withSource(command, 'shop'), MAX_BYTES);
        if (isRefusedForItsSource(command)) return;
        expect(http.ok ? 'accepted' : http.refusal.code).toBe(stream.ok ? 'accepted' : stream.refusal.code);
        if (http.ok && stream.ok) expect(canonicalJson(http.request.command)).toBe(canonicalJson(stream.command));
      }),
      { numRuns, seed },
    );
  });

  it('what is accepted, and what is said of a refusal, can be stored: no NUL, no lone surrogate', () => {
    fc.assert(
      fc.property(nearlyValidCommand, (command) => {
        const parsed = entryOf(command);
        const strings = stringsOf(parsed.ok ? parsed.command : parsed.refusal);
        expect(strings.filter((text) => text.includes('\0') || !text.isWellFormed())).toEqual([]);
      }),
      { numRuns, seed },
    );
  });

  it('what is accepted has no line break where a header or an SMTP command is made of it', () => {
    fc.assert(
      fc.property(nearlyValidCommand, (bytes) => {
        const parsed = entryOf(bytes);
        if (!parsed.ok) return;
        const { content, attachments, ...rest } = parsed.command;
        const lines = [rest, content.mode === 'rendered' ? content.subject : content.template_id, attachments];
        expect(lines.flatMap(stringsOf).filter((text) => /[\p{Cc}\u2028\u2029]/u.test(text))).toEqual([]);
      }),
      { numRuns, seed },
    );
  });

  it('a command that is accepted is accepted again in its normal form, and is the same', () => {
    fc.assert(
      fc.property(nearlyValidCommand, (command) => {
        const first = entryOf(command);
        if (!first.ok) return;
        const normal = canonicalJson(first.command);
        const second = entryOf(Buffer.from(normal));
        expect(second.ok && canonicalJson(second.command)).toBe(normal);
      }),
      { numRuns, seed },
    );
  });
});

it('the generator makes commands that are accepted, and of each kind that is refused', () => {
  const codes = fc.sample(nearlyValidCommand, { numRuns: 2000, seed: 1 }).map((command) => {
    const parsed = entryOf(command);
    return parsed.ok ? 'accepted' : parsed.refusal.code;
  });
  for (const code of ['accepted', 'malformed_json', 'validation_failed']) {
    expect(codes.filter((each) => each === code).length).toBeGreaterThan(200);
  }
});

/** A member `source` is unknown to the one door, and the second of its name to the other. */
function isRefusedForItsSource(command: Buffer): boolean {
  return isUtf8(command) && /"source"/.test(command.toString());
}
