import { describe, expect, it } from 'vitest';
import { answerOf, attemptOutcome } from './attempt-outcome.js';
import { dotStuff } from './dot-stuff.js';
import { parseReply } from './parse-reply.js';
import { redact } from './redact.js';
import { ReplyReader } from './reply-reader.js';
import { parseExtensions } from './smtp-extensions.js';

describe('the first digit alone decides', () => {
  it.each([
    [250, 'accepted'],
    [251, 'accepted'],
    [252, 'accepted'],
    [354, null],
    [421, 'transient'],
    [452, 'transient'],
    [500, 'permanent'],
    [552, 'permanent'],
    [599, 'permanent'],
  ] as const)('%i: %s', (code, answer) => expect(answerOf(code)).toBe(answer));
});

describe('an attempt’s outcome is its best recipient’s', () => {
  it.each([
    [['permanent', 'transient', 'uncertain', 'accepted'], 'provider_accepted'],
    [['permanent', 'transient', 'uncertain'], 'uncertain'],
    [['permanent', 'untried', 'transient'], 'transient_rejected'],
    [['permanent', 'untried'], 'permanent_rejected'],
  ] as const)('%j: %s', (answers, outcome) => {
    expect(attemptOutcome(answers.map((answer, position) => ({ position, answer, reply: null }))).outcome).toBe(outcome);
  });
});

describe('a reply', () => {
  it.each([
    [550, ['5.1.1 no such user'], '5.1.1', 'no such user'],
    [550, ['5.1.1'], '5.1.1', ''],
    [550, ['4.1.1 class of another'], null, '4.1.1 class of another'],
    [550, ['5.1.1.1 no code'], null, '5.1.1.1 no code'],
    [250, ['2.0.0 first', '2.0.0 second'], '2.0.0', 'first second'],
    [451, ['tab\tbell\u0007 \u0085 done'], null, 'tab bell done'],
    [250, [''], null, ''],
  ])('%i %j: %s, %j', (code, lines, enhanced, text) => expect(parseReply(code, lines)).toEqual({ code, enhanced, text }));

  it('is cut at 500 characters, between characters', () => {
    expect(parseReply(550, ['x'.repeat(600)]).text).toHaveLength(500);
    expect(parseReply(550, [`${'x'.repeat(499)}🚀`]).text).toBe('x'.repeat(499));
  });
});

describe('replies are put together', () => {
  const read = (...chunks: (string | Buffer)[]) => {
    const reader = new ReplyReader();
    return chunks.map((chunk) => reader.read(Buffer.from(chunk)));
  };

  it('from any pieces, within a character too', () => {
    const octets = Buffer.from('250-2.0.0 Grüße\r\n250 2.0.0 ok\r\n354 go\r\n');
    const pieces = read(...[...octets].map((octet) => Buffer.of(octet))).flatMap(({ replies }) => replies);
    expect(pieces).toEqual([
      { code: 250, lines: ['2.0.0 Grüße', '2.0.0 ok'] },
      { code: 354, lines: ['go'] },
    ]);
  });

  it.each(['hello\r\n', '25\r\n', '2500 ok\r\n', '650 x\r\n', '250-a\r\n550 b\r\n', '\r\n'])('%j is none', (garbage) => {
    expect(read(`250 ok\r\n${garbage}`)).toMatchObject([{ replies: [{ code: 250 }], garbage: expect.any(String) as string }]);
  });

  it('a bare code is one, and so is a line that ends with LF alone', () => {
    expect(read('250\r\n251 ok\n')).toMatchObject([{ replies: [{ code: 250 }, { code: 251 }], garbage: null }]);
  });

  it('one without end is none, however it is sent; many short ones are', () => {
    expect(read(...Array.from({ length: 70 }, () => 'x'.repeat(1_000))).at(-1)?.garbage).toBe('a reply without end');
    expect(read(...Array.from({ length: 65_537 }, () => 'x')).at(-1)?.garbage).toBe('a reply without end');
    expect(read(...Array.from({ length: 70 }, () => `250-${'x'.repeat(1_000)}\r\n`)).at(-1)?.garbage).toBe('a reply without end');
    expect(read(...Array.from({ length: 70 }, () => `250 ${'x'.repeat(1_000)}\r\n`)).at(-1)?.garbage).toBe(null);
  });
});

it('extensions are read by keyword, whatever their case, and never from the server’s name', () => {
  const lines = ['PIPELINING', 'size 1000', '8BITMIME', 'SMTPUTF8X', 'auth plain LOGIN', 'AUTH=LOGIN CRAM-MD5', 'ENHANCEDSTATUSCODES'];
  expect(parseExtensions(lines)).toEqual({
    pipelining: false,
    eightBitMime: true,
    smtpUtf8: false,
    size: true,
    maxSize: 1000,
    startTls: false,
    auth: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
  });
  expect(parseExtensions(['x', 'SIZE 0', 'StartTLS'])).toMatchObject({ size: true, maxSize: null, startTls: true, auth: [] });
});

it.each([
  ['a\r\n', 'a\r\n.\r\n'],
  ['a', 'a\r\n.\r\n'],
  ['', '.\r\n'],
  ['.\r\n', '..\r\n.\r\n'],
  ['a\r\n.\r\n..b\r\n', 'a\r\n..\r\n...b\r\n.\r\n'],
])('%j is sent as %j', (message, sent) => expect(dotStuff(Buffer.from(message)).toString()).toBe(sent));

it('secrets are taken out, the longest first', () => {
  expect(redact('me, secret, mesecret, c2VjcmV0', ['me', 'secret', 'c2VjcmV0', 'mesecret', ''])).toBe('***, ***, ***, ***');
  expect(redact('nothing', [])).toBe('nothing');
});
