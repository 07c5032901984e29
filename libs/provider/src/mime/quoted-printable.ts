const HEX = Buffer.from('0123456789ABCDEF', 'latin1');
const CR = 0x0d;
const LF = 0x0a;
const EQUALS = 0x3d;
const DOT = 0x2e;
/** RFC 2045 6.7: 76 characters a line, of which a soft break takes the last. */
const MAX_LINE = 75;

/** 1 for octets that stand for themselves in the middle of a line: printable ASCII but `=`, space and tab. */
const LITERAL = Uint8Array.from({ length: 256 }, (_, octet) =>
  (octet >= 0x20 && octet <= 0x7e && octet !== EQUALS) || octet === 0x09 ? 1 : 0,
);

/**
 * Quoted-printable (RFC 2045 6.7) of UTF-8 text whose line ends are all CRLF. White space at the end of a line is encoded, since
 * relays strip it; a dot at the start of one too, so that nothing needs dot-stuffing; and so is the F of `From ` there, which
 * mailboxes mark with `>`.
 */
export function quotedPrintable(input: Buffer): string {
  const length = input.length;
  // Three octets for one at most, and a soft break (three more) for at least every 25 of them.
  const output = Buffer.allocUnsafe(length * 4 + 3);
  let written = 0;
  let column = 0;
  for (let at = 0; at < length; at++) {
    const octet = input[at]!;
    if (octet === CR && input[at + 1] === LF) {
      output[written++] = CR;
      output[written++] = LF;
      at++;
      column = 0;
      continue;
    }
    const next = input[at + 1];
    const endsLine = next === undefined || (next === CR && input[at + 2] === LF);
    let literal = LITERAL[octet] === 1 && !(endsLine && (octet === 0x20 || octet === 0x09));
    if (column + (literal ? 1 : 3) > MAX_LINE) {
      output[written++] = EQUALS;
      output[written++] = CR;
      output[written++] = LF;
      column = 0;
    }
    if (column === 0 && (octet === DOT || (octet === 0x46 && input.toString('latin1', at, at + 5) === 'From '))) literal = false;
    if (literal) {
      output[written++] = octet;
      column += 1;
    } else {
      output[written++] = EQUALS;
      output[written++] = HEX[octet >> 4]!;
      output[written++] = HEX[octet & 15]!;
      column += 3;
    }
  }
  return output.toString('latin1', 0, written);
}
