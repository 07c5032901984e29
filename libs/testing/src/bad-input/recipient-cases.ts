import type { CommandCase } from './bad-input-case.js';
import { commandText } from './command-text.js';

const people = (count: number, name = 'to'): string[] => Array.from({ length: count }, (_, index) => `${name}${index}@example.com`);
const { to: _, ...WITHOUT_TO } = JSON.parse(commandText()) as Record<string, unknown>;

/** Who gets the mail: the bounds, and what is named twice. */
export const RECIPIENT_CASES: readonly CommandCase[] = [
  { name: '49 recipients', door: 'both', body: commandText({ to: people(49) }), expect: 'accepted' },
  { name: '50 recipients', door: 'both', body: commandText({ to: people(50) }), expect: 'accepted' },
  { name: '51 recipients', door: 'both', body: commandText({ to: people(51) }), expect: 'validation_failed', pointer: '/to' },
  {
    name: '50 recipients of three kinds',
    door: 'both',
    body: commandText({ to: people(20), cc: people(20, 'cc'), bcc: people(10, 'bcc') }),
    expect: 'accepted',
  },
  {
    name: '51 recipients of three kinds',
    door: 'both',
    body: commandText({ to: people(20), cc: people(20, 'cc'), bcc: people(11, 'bcc') }),
    expect: 'validation_failed',
    pointer: '',
  },
  { name: '51 recipients as bcc', door: 'both', body: commandText({ bcc: people(51) }), expect: 'validation_failed', pointer: '/bcc' },
  { name: '10 000 recipients', door: 'both', body: commandText({ to: people(10_000) }), expect: 'validation_failed', pointer: '/to' },
  { name: 'no recipient', door: 'both', body: commandText({ to: [] }), expect: 'validation_failed', pointer: '/to' },
  { name: 'no to', door: 'both', body: JSON.stringify(WITHOUT_TO), expect: 'validation_failed', pointer: '/to' },
  {
    name: 'bcc alone',
    door: 'both',
    body: JSON.stringify({ ...WITHOUT_TO, bcc: people(1) }),
    expect: 'validation_failed',
    pointer: '/to',
  },
  {
    name: 'a recipient as a string',
    door: 'both',
    body: commandText({ to: 'ada@example.com' }),
    expect: 'validation_failed',
    pointer: '/to',
  },
  {
    name: 'a recipient as an object',
    door: 'both',
    body: commandText({ to: { 0: 'ada@example.com', length: 1 } }),
    expect: 'validation_failed',
    pointer: '/to',
  },
  { name: 'to that is null', door: 'both', body: commandText({ to: null }), expect: 'validation_failed', pointer: '/to' },
  { name: 'cc that is null', door: 'both', body: commandText({ cc: null }), expect: 'validation_failed', pointer: '/cc' },
  { name: '10 addresses in reply_to', door: 'both', body: commandText({ reply_to: people(10) }), expect: 'accepted' },
  {
    name: '11 addresses in reply_to',
    door: 'both',
    body: commandText({ reply_to: people(11) }),
    expect: 'validation_failed',
    pointer: '/reply_to',
  },
  {
    name: 'a recipient in composed and in decomposed letters',
    door: 'both',
    body: commandText({ to: ['gr\u00fc\u00dfe@example.com', 'gru\u0308\u00dfe@example.com'], cc: ['gru\u0308\u00dfe@example.com'] }),
    expect: 'accepted',
    mail: { recipients: ['gr\u00fc\u00dfe@example.com'] },
  },
  {
    name: 'a recipient whose domain is spelt in four ways',
    door: 'both',
    body: commandText({
      to: ['ada@b\u00fccher.example', 'ada@bu\u0308cher.example', 'ada@xn--bcher-kva.example', 'ada@B\u00dcCHER.EXAMPLE'],
    }),
    expect: 'accepted',
    mail: { recipients: ['ada@xn--bcher-kva.example'] },
  },
  {
    name: 'a recipient twice',
    door: 'both',
    body: commandText({ to: ['ada@example.com', 'ada@EXAMPLE.com'] }),
    expect: 'accepted',
    mail: { recipients: ['ada@example.com'] },
  },
  {
    name: 'a recipient of all three kinds',
    door: 'both',
    body: commandText({ to: ['ada@example.com'], cc: ['ada@example.com', 'bob@example.com'], bcc: ['bob@example.com'] }),
    expect: 'accepted',
    mail: { recipients: ['ada@example.com', 'bob@example.com'] },
  },
  {
    name: 'local parts that differ by case',
    door: 'both',
    body: commandText({ to: ['ada@example.com', 'Ada@example.com', 'ADA@example.com'] }),
    expect: 'accepted',
  },
  {
    name: 'recipients that nobody else may see',
    door: 'both',
    body: commandText({ bcc: ['secret@example.com'], cc: ['known@example.com'] }),
    expect: 'accepted',
  },
];
