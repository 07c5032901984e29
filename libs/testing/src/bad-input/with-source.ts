/**
 * The body that the HTTP door gets for a command of the stream: with `source` as its first member, and else byte for byte the
 * same. What is no object stays as it is.
 */
export function withSource(command: string | Buffer, source: string): Buffer {
  const bytes = Buffer.from(command);
  const open = /^[ \t\r\n]*\{/.exec(bytes.toString('latin1'))?.[0].length;
  if (open === undefined) return bytes;
  const empty = /^[ \t\r\n]*\}/.test(bytes.subarray(open).toString('latin1'));
  return Buffer.concat([
    bytes.subarray(0, open),
    Buffer.from(`"source":${JSON.stringify(source)}${empty ? '' : ','}`),
    bytes.subarray(open),
  ]);
}
