import type { CommandCase } from './bad-input-case.js';
import { commandText, renderedText } from './command-text.js';
import { CANARY_DOMAIN, CANARY_HEADER } from './injection-cases.js';

const SMUGGLED = `MAIL FROM:<eve@${CANARY_DOMAIN}>\r\nRCPT TO:<canary@${CANARY_DOMAIN}>\r\nDATA\r\n${CANARY_HEADER}: yes\r\n\r\nsmuggled`;

/** Text that ends a message, a part or a header for a careless writer or reader. It arrives as it was written, line ends aside. */
const TEXTS: readonly (readonly [name: string, text: string])[] = [
  ['a bare LF', 'one\ntwo\n\nthree'],
  ['a bare CR', 'one\rtwo\r\rthree'],
  ['CRLF', 'one\r\ntwo\r\n\r\nthree'],
  ['line ends of all three kinds', 'one\rtwo\nthree\r\nfour\n\rfive'],
  ['a dot alone', 'one\r\n.\r\ntwo'],
  ['a dot alone between bare LFs', `one\n.\n${SMUGGLED}\n.\n`],
  ['a dot alone between bare CRs', `one\r.\r${SMUGGLED}\r.\r`],
  ['the end of a message and another one', `one\r\n.\r\n${SMUGGLED}\r\n.\r\nQUIT`],
  ['a dot between LF and CRLF', `one\n.\r\n${SMUGGLED}`],
  ['a dot between CRLF and CR', `one\r\n.\r${SMUGGLED}`],
  ['dots at the beginning of lines', '.\n..\n...\n.a\n..b'],
  ['a dot as all of the text', '.'],
  ['headers in the first lines', `${CANARY_HEADER}: yes\r\nBcc: canary@${CANARY_DOMAIN}\r\n\r\nbody`],
  ['empty lines and headers', `\r\n\r\n${CANARY_HEADER}: yes\r\n\r\nbody`],
  ['what looks like a MIME boundary', `--boundary\r\nContent-Type: text/html\r\n\r\n<b>x</b>\r\n--boundary--`],
  ['a line of 100 000 characters', 'x'.repeat(100_000)],
  ['a line of 5000 characters beyond ASCII', 'ü🚀'.repeat(2500)],
  ['lines that end in spaces and tabs', 'one \ntwo\t\nthree  \t \nfour'],
  ['equals signs and soft line breaks', 'a=\nb=3D=20=\r\n=0D=0A.=0D=0A'],
  ['From at the beginning of a line', 'From here on\nFrom eve@example.com Mon Jan 1'],
  ['NEL, U+2028 and U+2029', 'one\u0085two\u2028three\u2029four'],
  ['control characters but NUL', 'bell \u0007 escape \u001b[31m backspace \b form feed \f delete \u007f'],
  ['a page of empty lines', `top${'\n'.repeat(2000)}bottom`],
];

export const BODY_CASES: readonly CommandCase[] = [
  ...TEXTS.map(([name, text]): CommandCase => ({
    name: `${name} in a text body`,
    door: 'both',
    body: renderedText({ text }),
    expect: 'accepted',
  })),
  ...TEXTS.map(([name, text]): CommandCase => ({
    name: `${name} in an HTML body`,
    door: 'both',
    body: renderedText({ text: null, html: `<pre>${text}</pre>` }),
    expect: 'accepted',
  })),
  { name: 'an empty text body', door: 'both', body: renderedText({ text: '' }), expect: 'accepted' },
  {
    name: 'a text body with an attachment that holds the end of a message',
    door: 'both',
    body: commandText({
      attachments: [
        {
          filename: 'mail.txt',
          content_type: 'text/plain',
          content_base64: Buffer.from(`one\r\n.\r\n${SMUGGLED}`).toString('base64'),
        },
      ],
    }),
    expect: 'accepted',
  },
];
