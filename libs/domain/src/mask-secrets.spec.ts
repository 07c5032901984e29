import { describe, expect, it, test } from 'vitest';
import type { AttemptResult } from './attempt.js';
import { resultMask, secretMask } from './mask-secrets.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('what a server repeats of a secret variable is masked, however it is written', () => {
  test.each([
    ['as it is', '481516', 'rejected: your code is 481516.', 'rejected: your code is ***.'],
    ['in another case', 'Kx48-Qz', 'spam: KX48-QZ', 'spam: ***'],
    ['next to letters', '481516', 'id=A481516B', 'id=A***B'],
    ['more than once', '4815', '4815 4815', '*** ***'],
    ['with its spaces left out', '481 516', 'code 481516', 'code ***'],
    ['with its spaces as something else', '481 516', 'code 481_516 481-516 481%20516 481=20516', 'code *** *** *** ***'],
    ['with dashes left out', '481-516', 'code 481516', 'code ***'],
    ['in groups', '481516', 'code 481-516, 48.15.16, 481\u2013516 and 481\u200b516', 'code ***, ***, *** and ***'],
    ['in hexadecimal', '481516', String.raw`343831353136 34:38:31:35:31:36 \x34\x38\x31\x35\x31\x36`, '*** *** ***'],
    ['folded', '481516', 'code 481= 516 and 481 516', 'code *** and ***'],
    ['percent-encoded', 'a&b/c=d', 'in https://x.example/?code=a%26b%2Fc%3Dd', 'in https://x.example/?code=***'],
    ['quoted-printable', 'a=b=c', 'body: a=3Db=3Dc', 'body: ***'],
    ['escaped for HTML', `<7&'9>`, 'body: &lt;7&amp;&#39;9&gt; &#x3c;7&#38;&apos;9&#62;', 'body: *** ***'],
    ['escaped for JSON', '<7&9>', String.raw`body: \u003c7\u00269\u003E`, 'body: ***'],
    ['beyond ASCII', 'Größe-7', 'Gr%C3%B6%C3%9Fe-7 Gr=C3=B6=C3=9Fe7', '*** ***'],
  ])('%s', (_, code, text, masked) => {
    expect(secretMask({ code })(text)).toBe(masked);
  });

  test.each(['', 'a', 'ab', 'abc', 'your code is '])('in base64, after "%s"', (before) => {
    for (const code of ['4815', '481516', 'Kx4815-Qz', '481 516'])
      expect(secretMask({ code })(`body: ${base64(`${before}${code} and more`)}, ends`)).toBe('body: ***, ends');
  });

  it('in the base64 of a body with lines', () => {
    const lines = base64('Hello, your login code is 481516. It is valid for some minutes.').replace(/(.{40})/g, '$1 ');
    const masked = secretMask({ code: '481516' })(lines);
    expect(Buffer.from(masked, 'base64').toString()).not.toContain('481516');
    expect(masked).toContain('***');
  });

  it('where a long text was cut within it', () => {
    const cut = `${'x'.repeat(490)} code 4815`;
    expect(secretMask({ code: '481516' })(cut)).toBe(`${'x'.repeat(490)} code ***`);
    expect(secretMask({ code: '481516' })('queued as 4F4815')).toBe('queued as 4F4815');
  });

  it('within lists and objects, and numbers', () => {
    expect(secretMask({ links: [{ token: 'abcdef' }], pin: 4815 })('abcdef 4815')).toBe('*** ***');
  });
});

describe('what is not the secret stays', () => {
  it('a short secret is masked only where it stands by itself', () => {
    expect(secretMask({ code: 'a' })('a mail of ada: a')).toBe('*** mail of ada: ***');
    expect(secretMask({ code: '71' })('5710 71')).toBe('5710 ***');
  });

  it('an empty secret masks nothing', () => {
    expect(secretMask({ code: '', other: ' ', none: null, yes: true })('as it was')).toBe('as it was');
  });
});

it('reply codes and enhanced codes stay, though the secret looks like one', () => {
  const reply = { code: 550, enhanced: '5.7.1', text: '550 5.7.1 refused: 5500 and 571' };
  const result: AttemptResult = {
    ...{ outcome: 'permanent_rejected', phase: 'final', reply, finalDotSent: true, error: 'lost after 5500' },
    recipients: [
      { position: 0, answer: 'permanent', reply },
      { position: 1, answer: 'untried', reply: null },
    ],
  };
  const text = '550 5.7.1 refused: *** and 571';
  expect(resultMask({ code: '5500' })(result)).toEqual({
    ...{ ...result, reply: { ...reply, text }, error: 'lost after ***' },
    recipients: [
      { position: 0, answer: 'permanent', reply: { ...reply, text } },
      { position: 1, answer: 'untried', reply: null },
    ],
  });
});

it('a mail without secrets has its result as it is', () => {
  const result = { outcome: 'uncertain' } as AttemptResult;
  expect(resultMask(null)(result)).toBe(result);
});

it.each(['(', '[a', 'a|b\\c/d', '^$.*+?{}()', 'a-b', '\ud83d', '🚀 7'])('any secret makes a mask: %j', (code) => {
  expect(secretMask({ code })(`x ${code} y`)).toBe('x *** y');
});
