function headOf(raw: Buffer): string {
  return raw.subarray(0, raw.indexOf('\r\n\r\n')).toString('latin1');
}

/** Of the header `Message-ID`, with its angle brackets. */
export function messageIdOf(raw: Buffer): string | undefined {
  return /^Message-ID: (.+)$/im.exec(headOf(raw).replace(/\r\n/g, '\n').replace(/\n /g, ''))?.[1];
}

/** In lower case, in their order; of the mail itself, not of its parts. */
export function headerNames(raw: Buffer): string[] {
  return headOf(raw)
    .split('\r\n')
    .filter((line) => !/^[ \t]/.test(line))
    .map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
}
