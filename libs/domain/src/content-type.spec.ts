import { describe, expect, test } from 'vitest';
import { contentTypeFault } from './content-type.js';

describe('a media type is taken, with parameters of bare tokens', () => {
  test.each([
    'application/pdf',
    'text/plain; charset=utf-8',
    'text/calendar;method=REQUEST; charset=UTF-8',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'image/svg+xml',
    'IMAGE/PNG',
  ])('%s', (text) => {
    expect(contentTypeFault(text)).toBeNull();
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
    'text/plain; charset="utf-8"',
    'text/plain\r\nBcc: a@example.com',
    'text/plain; charset=utf-8\n',
    'text/pläin',
    'multipart/mixed',
    'Message/RFC822',
    'application/pdf; name=x.exe',
    'application/pdf; NAME*=x.exe',
    'application/pdf;boundary=x',
    `text/${'x'.repeat(251)}`,
  ])('%j', (text) => {
    expect(contentTypeFault(text)).toEqual(expect.any(String));
  });
});
