import { base64Lines } from './base64-lines.js';
import { quotedPrintable } from './quoted-printable.js';

export interface EncodedText {
  readonly encoding: '7bit' | 'quoted-printable' | 'base64';
  /** ASCII, line ends CRLF; no line longer than 76 characters. */
  readonly body: string;
}

const LONGEST_7BIT_LINE = 76;
/** White space that relays strip, `From ` that mailboxes mark, dots that are stuffed, and what could pass for a boundary of ours. */
const FRAGILE = /[\t ](?:\r\n|$)|(?:^|\n)(?:From |\.)|=_/;

/**
 * Chooses how a text part travels, and encodes it; the same text always the same way. A bare CR or LF becomes CRLF.
 * 7bit for plain, short-lined ASCII; else the smaller of quoted-printable and base64.
 */
export function encodeText(text: string): EncodedText {
  const lines = text.includes('\r') ? text.replace(/\r\n?|\n/g, '\r\n') : text.replaceAll('\n', '\r\n');
  const octets = Buffer.from(lines, 'utf8');
  const { unsafe, equals, longestLine } = survey(octets);
  if (unsafe === 0 && longestLine <= LONGEST_7BIT_LINE && !FRAGILE.test(lines)) return { encoding: '7bit', body: lines };
  // Base64 costs a third of all octets, quoted-printable two octets for each that it must encode.
  if ((unsafe + equals) * 6 > octets.length) return { encoding: 'base64', body: base64Lines(octets) };
  return { encoding: 'quoted-printable', body: quotedPrintable(octets) };
}

const [ORDINARY, LINE_FEED, EQUALS, UNSAFE] = [0, 1, 2, 3];
const KIND = Uint8Array.from({ length: 256 }, (_, octet) => {
  if (octet === 0x0a) return LINE_FEED;
  if (octet === 0x3d) return EQUALS;
  return (octet < 0x20 && octet !== 0x09 && octet !== 0x0d) || octet > 0x7e ? UNSAFE : ORDINARY;
});

/** Counts what decides the encoding. `unsafe`: neither printable ASCII nor tab nor line end; `equals`: `=` alone. */
function survey(octets: Buffer): { unsafe: number; equals: number; longestLine: number } {
  let unsafe = 0;
  let equals = 0;
  let longestLine = 0;
  let lineStart = 0;
  for (let at = 0; at < octets.length; at++) {
    const kind = KIND[octets[at]!];
    if (kind === ORDINARY) continue;
    if (kind === LINE_FEED) {
      longestLine = Math.max(longestLine, at - 1 - lineStart);
      lineStart = at + 1;
    } else if (kind === EQUALS) equals++;
    else unsafe++;
  }
  return { unsafe, equals, longestLine: Math.max(longestLine, octets.length - lineStart) };
}
