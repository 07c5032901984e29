import { describe, expect, test } from 'vitest';
import { headerNameFault } from './header-name.js';

describe('a header that only its reader acts on is allowed', () => {
  test.each([
    'X-Campaign',
    'x-campaign',
    'X-Mailer',
    'X-Priority',
    'X-Entity-Ref-ID',
    'X-Auto-Response-Suppress',
    'X-Tournament',
    'X-Progress',
    'X-Specials',
    'List-Unsubscribe',
    'List-Unsubscribe-Post',
    'list-id',
    'In-Reply-To',
    'References',
    'Auto-Submitted',
    'Precedence',
    'Feedback-ID',
  ])('%s', (name) => {
    expect(headerNameFault(name)).toBeNull();
  });
});

test('a name that with the longest word would be longer than a line of a mail is refused', () => {
  expect(headerNameFault(`X-${'a'.repeat(93)}`)).toBeNull();
  expect(headerNameFault(`X-${'a'.repeat(94)}`)).toBe('must not have more than 95 characters');
});

describe('any other is refused', () => {
  test.each([
    '',
    'From',
    'to',
    'Bcc',
    'Subject',
    'Date',
    'Message-ID',
    'Return-Path',
    'Received',
    'Content-Type',
    'MIME-Version',
    'DKIM-Signature',
    'Resent-To',
    'Sender',
    'X-',
    'List-',
    'X-Envelope-From',
    'X-Original-To',
    'X-Delivered-To',
    'X-Failed-Recipients',
    'X-Loop',
    'X-BCC',
    'X-Spam-Flag',
    'x-spam',
    'X-Virus-Scanned',
    'X-MS-Exchange-Organization-SCL',
    'X-Gm-Original-To',
    'X-SMTPAPI',
    'x-ses-configuration-set',
    'X-PM-Message-Stream',
    'X-Mailgun-Variables',
    'X Campaign',
    'X-Campaign:',
    'X-Campaign\r\nBcc',
    'X-Cämpaign',
    ' X-Campaign',
  ])('%j', (name) => {
    expect(headerNameFault(name)).toEqual(expect.any(String));
  });
});
