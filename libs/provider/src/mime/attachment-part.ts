import type { OutgoingAttachment } from '../outgoing-mail.js';
import { assertHeaderSafe } from './assert-header-safe.js';
import { base64Lines } from './base64-lines.js';
import { mimeParameter } from './mime-parameter.js';

const MEDIA_TYPE =
  /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;\s*[\w!#$&^.+*-]+=(?:"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"|[^\s;",]+))*$/;
const ASCII = /^[\x20-\x7e]*$/;
const LONGEST_MEDIA_TYPE = 255;
/** RFC 2045 6.4: these may not be in base64, so they travel as plain octets. */
const NEVER_BASE64 = /^(?:message|multipart)\//i;

/**
 * One file as a MIME part in base64, which keeps its octets: attached, or `inline`, which a `cid:` of the HTML shows (RFC 2392). The name is given twice: by RFC 2231 in
 * Content-Disposition, and in ASCII alone, `_` for anything else, in Content-Type, for clients that know only that.
 */
export function attachmentPart({ filename, contentType, content, contentId }: OutgoingAttachment, placed: 'attachment' | 'inline'): string {
  const type = mediaType(contentType);
  const named = /;\s*name\*?\d*\*?=/i.test(type) ? [] : mimeParameter('name', asciiName(filename));
  const disposition = [placed, ...mimeParameter('filename', filename)];
  if (contentId !== undefined) assertHeaderSafe(contentId, 'Content-ID');
  return (
    `Content-Type: ${[type, ...named].join(';\r\n ')}\r\n` +
    `Content-Transfer-Encoding: base64\r\n` +
    `Content-Disposition: ${disposition.join(';\r\n ')}\r\n` +
    (contentId === undefined ? '\r\n' : `Content-ID: <${contentId}>\r\n\r\n`) +
    base64Lines(content)
  );
}

function mediaType(contentType: string): string {
  const valid = contentType.length <= LONGEST_MEDIA_TYPE && ASCII.test(contentType) && MEDIA_TYPE.test(contentType);
  return valid && !NEVER_BASE64.test(contentType) ? contentType : 'application/octet-stream';
}

/** By code point. No normalisation: its tables change with the Unicode version, and these bytes must not. */
function asciiName(filename: string): string {
  return filename.replace(/[^\x20-\x7e]|["\\]/gu, '_');
}
