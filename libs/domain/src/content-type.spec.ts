import { describe, expect, it, test } from 'vitest';
import { parseContentType } from './content-type.js';

describe('a media type is taken, with parameters in any order', () => {
  test.each([
    'application/pdf',
    'text/plain; charset=utf-8',
    'text/calendar;method=REQUEST; charset=UTF-8',
    'text/calendar; charset="UTF-8"; method="REQUEST"',
    'text/calendar; method=REQUEST; charset="UTF-8"; component=VEVENT',
    'text/plain; format="a; b=c"; delsp=yes',
    String.raw`text/plain; title="a \"quoted\" \\ word"`,
    'text/plain; empty=""',
    "text/plain; title*=utf-8'en'%e2%82%ac",
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'image/svg+xml',
    'IMAGE/PNG',
  ])('%s', (text) => {
    expect(parseContentType(text)).toEqual({ ok: true, text });
  });

  test.each([
    ['text/calendar ;  charset="UTF-8"\t; \tmethod=REQUEST ', 'text/calendar; charset="UTF-8"; method=REQUEST'],
    ['text/plain;a="  ;  "  ;b=c', 'text/plain;a="  ;  ";b=c'],
  ])('with spaces around semicolons, which are not kept: %j', (given, text) => {
    expect(parseContentType(given)).toEqual({ ok: true, text });
  });
});

describe('what is none, or would disturb the message, is refused', () => {
  test.each([
    '',
    'pdf',
    'application/',
    '/pdf',
    'application/pdf/x',
    'application pdf',
    ' application/pdf',
    'application/pdf;',
    'application/pdf; charset',
    'application/pdf; charset=',
    'text/plain; charset = utf-8',
    'text/plain; charset="utf-8',
    'text/plain; charset=utf-8"',
    String.raw`text/plain; charset="utf-8\"`,
    'text/plain; charset="utf-8"x',
    'text/plain; charset=utf-8 x=y',
    'text/plain charset=utf-8',
    'text/plain; charset="a\r\nBcc: a@example.com"',
    'text/plain; charset="a\\\r\nBcc: a@example.com"',
    'text/plain; charset="a\u0000"',
    'text/plain; charset="a\tb"',
    'text/plain; charset="ü"',
    'text/plain\r\nBcc: a@example.com',
    'text/plain;\r\n charset=utf-8',
    'text/plain; charset=utf-8\n',
    'text/pläin',
    'multipart/mixed',
    'Message/RFC822',
    'application/pdf; name=x.exe',
    'application/pdf; name="x.exe"',
    'application/pdf; NAME*=x.exe',
    'application/pdf; charset=a; filename*0*=x',
    'application/pdf;boundary=x',
    'text/plain; charset=a; CHARSET=b',
    `text/${'x'.repeat(251)}`,
    `text/plain; a="${'\\"'.repeat(200)}"`,
  ])('%j', (text) => {
    expect(parseContentType(text)).toEqual({ ok: false, detail: expect.any(String) as string });
  });

  it('does not take long to say so', () => {
    const startedAt = performance.now();
    for (const text of [`a/b;${' '.repeat(240)}`, `a/b;a="${'\\a'.repeat(120)}`, `a/b${';a=b'.repeat(60)}`, ' '.repeat(5_000_000)]) {
      parseContentType(text);
    }
    expect(performance.now() - startedAt).toBeLessThan(200);
  });
});
