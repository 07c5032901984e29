import { z } from 'zod';
import { boundedLine, normalised } from './command-fields.js';
import { parseContentType } from './content-type.js';

const MAX_FILENAME_OCTETS = 255;
const MAX_CONTENT_ID = 128;
/** No folder, and no override of the text's direction, which would show `exe.pdf` for `fdp.exe`. */
const PLAIN_FILENAME = /^(?!\.{1,2}$)[^/\\\u202a-\u202e\u2066-\u2069]*$/u;
/** RFC 2047. Readers decode one in a file name against that RFC's rules: `=?utf-8?Q?=2E=2E=2Fx?=` would be saved as `../x`. */
const ENCODED_WORD = /=\?[^?]*\?[bq]\?[^?]*\?=/iu;
/** A msg-id (RFC 2045 7) or the part of one before its `@`, of what stands for itself in a `cid:` URL (RFC 2392): no `%`. */
const CONTENT_ID = /^[A-Za-z0-9!#$&'*+/=?^_`{|}~.-]+(?:@[A-Za-z0-9.-]+)?$/;

/** A file that goes with the mail. */
const attachment = z
  .strictObject({
    filename: boundedLine(MAX_FILENAME_OCTETS)
      .regex(PLAIN_FILENAME, 'must be a file name without folder')
      .refine((name) => !ENCODED_WORD.test(name), 'must not hold an encoded-word (=?…?=)')
      .refine((name) => Buffer.byteLength(name) <= MAX_FILENAME_OCTETS, `must not have more than ${MAX_FILENAME_OCTETS} octets`)
      .meta({ maxLength: MAX_FILENAME_OCTETS, description: 'A file name without folder, at most 255 octets in UTF-8.' }),
    content_type: normalised(parseContentType).meta({
      description:
        'A media type, such as application/pdf or text/calendar; method=REQUEST; charset="UTF-8". Not multipart/* or message/*, and without the ' +
        'parameters name, filename and boundary.',
    }),
    content_base64: z
      .string()
      .refine(isCanonicalBase64, 'must be canonical base64: padded, without line breaks')
      .meta({ contentEncoding: 'base64', description: 'Base64 (RFC 4648 4), padded, without line breaks; empty for an empty file.' }),
    content_id: z
      .string()
      .max(MAX_CONTENT_ID)
      .regex(CONTENT_ID, 'must be an id such as logo or logo@example.com, without angle brackets')
      .nullish()
      .meta({ description: 'With it the file is inline: shown where the HTML says cid: and this. Unique in the mail.' }),
  })
  // Left out where there is none: what a command without one is, and its fingerprint, stays as it was.
  .transform(({ content_id, ...file }) => (content_id === null || content_id === undefined ? file : { ...file, content_id }));

/** The files of a mail. */
export const attachments = (max: number) =>
  z
    .array(attachment)
    .max(max)
    .superRefine((files, context) => {
      const seen = new Set<string>();
      for (const [index, file] of files.entries()) {
        if (!('content_id' in file)) continue;
        const { content_id: id } = file;
        if (seen.has(id)) context.issues.push({ code: 'custom', message: 'is given twice', path: [index, 'content_id'], input: id });
        seen.add(id);
      }
    });

// The way back and forth is native code, and many times as fast on megabytes as a pattern.
function isCanonicalBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text;
}
