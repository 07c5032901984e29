import { z } from 'zod';
import { boundedLine } from './command-fields.js';
import { contentTypeFault } from './content-type.js';

const MAX_FILENAME_OCTETS = 255;
/** No folder, and no override of the text's direction, which would show `exe.pdf` for `fdp.exe`. */
const PLAIN_FILENAME = /^(?!\.{1,2}$)[^/\\\u202a-\u202e\u2066-\u2069]*$/u;
/** RFC 2047. Readers decode one in a file name against that RFC's rules: `=?utf-8?Q?=2E=2E=2Fx?=` would be saved as `../x`. */
const ENCODED_WORD = /=\?[^?]*\?[bq]\?[^?]*\?=/iu;

/** A file that goes with the mail. */
export const attachment = z.strictObject({
  filename: boundedLine(MAX_FILENAME_OCTETS)
    .regex(PLAIN_FILENAME, 'must be a file name without folder')
    .refine((name) => !ENCODED_WORD.test(name), 'must not hold an encoded-word (=?…?=)')
    .refine((name) => Buffer.byteLength(name) <= MAX_FILENAME_OCTETS, `must not have more than ${MAX_FILENAME_OCTETS} octets`)
    .meta({ maxLength: MAX_FILENAME_OCTETS, description: 'A file name without folder, at most 255 octets in UTF-8.' }),
  content_type: z
    .string()
    .superRefine((text, context) => {
      const detail = contentTypeFault(text);
      if (detail !== null) context.issues.push({ code: 'custom', message: detail, input: text });
    })
    .meta({ description: 'A media type, such as application/pdf or text/plain; charset=utf-8. Not multipart/* or message/*.' }),
  content_base64: z
    .string()
    .refine(isCanonicalBase64, 'must be canonical base64: padded, without line breaks')
    .meta({ contentEncoding: 'base64', description: 'Base64 (RFC 4648 4), padded, without line breaks; empty for an empty file.' }),
});

// The way back and forth is native code, and many times as fast on megabytes as a pattern.
function isCanonicalBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text;
}
