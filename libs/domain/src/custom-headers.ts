import { z } from 'zod';
import { atMost, oneLine } from './command-fields.js';
import { headerNameFault } from './header-name.js';
import { octetsTogether } from './octets-together.js';

const MAX_HEADERS = 20;
const MAX_OCTETS = 1024;
/** What has no space cannot be folded, and a line of a mail has 998 octets at most (RFC 5322 2.1.1), the name included. */
const MAX_WORD_OCTETS = 900;
const VISIBLE_ASCII_LINE = /^[\x20-\x7e]*$/;

const name = z.string().superRefine((text, context) => {
  const detail = headerNameFault(text);
  if (detail !== null) context.issues.push({ code: 'custom', message: detail, input: text });
});

const value = oneLine()
  .regex(/[^ ]/, 'must not be blank')
  .refine(
    // What is longer than all together may be is refused for that, and not taken apart.
    (text) => text.length > MAX_OCTETS || text.split(' ').every((word) => Buffer.byteLength(word) <= MAX_WORD_OCTETS),
    `must not have a word of more than ${MAX_WORD_OCTETS} octets`,
  );

/** Custom headers of a mail, by name. */
export const customHeaders = atMost(
  MAX_HEADERS,
  z
    .record(name, value)
    .superRefine((headers, context) => {
      const seen = new Set<string>();
      for (const [header, text] of Object.entries(headers)) {
        const fail = (message: string): unknown => context.issues.push({ code: 'custom', message, path: [header], input: text });
        const lower = header.toLowerCase();
        if (seen.has(lower)) fail('is given twice: header names do not differ by case');
        seen.add(lower);
        // Encoded words (RFC 2047 5) stand for text, and only X- headers are text.
        if (!lower.startsWith('x-') && !VISIBLE_ASCII_LINE.test(text)) fail('must be ASCII');
      }
      if (octetsTogether(headers) > MAX_OCTETS) {
        context.issues.push({ code: 'custom', message: `must not have more than ${MAX_OCTETS} octets together`, input: headers });
      }
    })
    .meta({
      maxProperties: MAX_HEADERS,
      description:
        'Custom headers, at most 1 KiB of names and values together: X-* (but those that mail servers act on), List-*, In-Reply-To, ' +
        'References, Auto-Submitted, Precedence, Feedback-ID. Names are unique whatever their case; only X-* may be beyond ASCII.',
    }),
);
