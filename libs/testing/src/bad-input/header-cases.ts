import type { CommandCase } from './bad-input-case.js';
import { commandText } from './command-text.js';

/** Names that a command may not set: the service's own, those that servers act on, and what is no name. */
const NAMES_REFUSED: readonly string[] = [
  'From',
  'To',
  'Cc',
  'Bcc',
  'bcc',
  'Sender',
  'Subject',
  'Date',
  'Message-ID',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'Return-Path',
  'Received',
  'Resent-To',
  'DKIM-Signature',
  'Disposition-Notification-To',
  'Authentication-Results',
  'X-Envelope-To',
  'X-Original-To',
  'X-Forwarded-To',
  'X-Bcc',
  'X-Loop',
  'X-Spam-Status',
  'X-MS-Exchange-Organization-SCL',
  'x-ses-configuration-set',
  'X-SMTPAPI',
  'X-Mailgun-Variables',
  'X-',
  'X',
  'List-',
  'List',
  '',
  ' X-A',
  'X-A ',
  'X A',
  'X-A:',
  'X-A: b',
  'X-Ü',
  'X-\u0131',
  'X-A\t',
  'X-A(comment)',
];

const NAMES_ACCEPTED: readonly string[] = [
  'X-Campaign',
  'x-lower',
  'X_Under-Score'.replace('X_', 'X-'),
  'List-Unsubscribe-Post',
  'List-Id',
  'Feedback-ID',
  'Auto-Submitted',
  'Precedence',
];

/** Values that arrive as they were written. */
const VALUES_ACCEPTED: readonly (readonly [name: string, value: string])[] = [
  ['text beyond ASCII', 'Grüße 日本語 🚀'],
  ['what looks like an encoded-word', '=?utf-8?Q?=0D=0ABcc:_canary@injected.test?='],
  ['a word of 900 octets', 'w'.repeat(900)],
  ['many words', 'word '.repeat(180).trim()],
  ['colons and angle brackets', '<https://example.com/?a=1:2>, Bcc: x'],
];

const VALUES_REFUSED: readonly (readonly [name: string, value: unknown])[] = [
  ['an empty value', ''],
  ['spaces alone', '   '],
  ['a tab', 'a\tb'],
  ['a delete character', 'a\u007fb'],
  ['a word of 901 octets', 'w'.repeat(901)],
  ['a word of 901 octets beyond ASCII', `w${'ü'.repeat(450)}`],
  ['a number', 1],
  ['null', null],
  ['an array', ['a']],
];

export const HEADER_CASES: readonly CommandCase[] = [
  ...NAMES_REFUSED.map((name): CommandCase => ({
    name: `a header named ${JSON.stringify(name)}`,
    door: 'both',
    body: commandText({ headers: { [name]: 'x' } }),
    expect: 'validation_failed',
    pointer: `/headers/${name}`,
  })),
  ...NAMES_ACCEPTED.map((name): CommandCase => ({
    name: `a header named ${name}`,
    door: 'both',
    body: commandText({ headers: { [name]: '<a@example.com>' } }),
    expect: 'accepted',
  })),
  ...VALUES_ACCEPTED.map(([name, value]): CommandCase => ({
    name: `${name} in a header`,
    door: 'both',
    body: commandText({ headers: { 'X-Campaign': value } }),
    expect: 'accepted',
  })),
  ...VALUES_REFUSED.map(([name, value]): CommandCase => ({
    name: `${name} in a header`,
    door: 'both',
    body: commandText({ headers: { 'X-Campaign': value } }),
    expect: 'validation_failed',
    pointer: '/headers/X-Campaign',
  })),
  {
    name: 'text beyond ASCII in a header of ids',
    door: 'both',
    body: commandText({ headers: { 'In-Reply-To': '<grüße@example.com>' } }),
    expect: 'validation_failed',
    pointer: '/headers/In-Reply-To',
  },
  {
    name: 'headers that differ by case alone',
    door: 'both',
    body: commandText({ headers: { 'X-A': '1', 'x-a': '2' } }),
    expect: 'validation_failed',
    pointer: '/headers/x-a',
  },
  {
    name: 'headers as an array',
    door: 'both',
    body: commandText({ headers: [['X-A', '1']] }),
    expect: 'validation_failed',
    pointer: '/headers',
  },
  { name: 'headers that are null', door: 'both', body: commandText({ headers: null }), expect: 'validation_failed', pointer: '/headers' },
];
