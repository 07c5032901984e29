const HEX = Buffer.from('0123456789ABCDEF', 'latin1');
const CR = 0x0d;
const LF = 0x0a;
const EQUALS = 0x3d;
const DOT = 0x2e;
const CAPITAL_F = 0x46;
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
  let at = 0;
  while (at < length) {
    // Nearly all octets stand for themselves in the middle of a line: these in a loop of their own, up to the last one that fits.
    if (column > 0) {
      const end = Math.min(length - 1, at + MAX_LINE - column);
      for (; at < end && LITERAL[input[at]!] === 1; at++, column++) output[written++] = input[at]!;
      if (isLineEnd(input, at) && isBlank(output[written - 1]!)) {
        at--;
        written--;
        column--;
      }
    }
    if (isLineEnd(input, at)) {
      output[written++] = CR;
      output[written++] = LF;
      at += 2;
      column = 0;
      continue;
    }
    const octet = input[at]!;
    const endsLine = at + 1 === length || isLineEnd(input, at + 1);
    let literal = LITERAL[octet] === 1 && !(endsLine && isBlank(octet));
    if (column + (literal ? 1 : 3) > MAX_LINE) {
      output[written++] = EQUALS;
      output[written++] = CR;
      output[written++] = LF;
      column = 0;
    }
    if (column === 0 && (octet === DOT || (octet === CAPITAL_F && input.toString('latin1', at, at + 5) === 'From '))) literal = false;
    if (literal) {
      output[written++] = octet;
      column += 1;
    } else {
      output[written++] = EQUALS;
      output[written++] = HEX[octet >> 4]!;
      output[written++] = HEX[octet & 15]!;
      column += 3;
    }
    at++;
  }
  return output.toString('latin1', 0, written);
}

function isLineEnd(input: Buffer, at: number): boolean {
  return input[at] === CR && input[at + 1] === LF;
}

function isBlank(octet: number): boolean {
  return octet === 0x20 || octet === 0x09;
}
