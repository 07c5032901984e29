const CRLF_DOT = Buffer.from('\r\n.', 'latin1');
const DOT = Buffer.from('.', 'latin1');

/**
 * A message as it follows DATA: a dot before each dot that begins a line (RFC 5321 4.5.2), and the final dot behind it.
 * The message has CRLF line ends only.
 */
export function dotStuff(message: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let start = 0;
  if (message[0] === DOT[0]) pieces.push(DOT);
  for (let found = message.indexOf(CRLF_DOT); found !== -1; found = message.indexOf(CRLF_DOT, start)) {
    pieces.push(message.subarray(start, found + 2), DOT);
    start = found + 2;
  }
  const endsLine = message.length === 0 || (message.at(-2) === 0x0d && message.at(-1) === 0x0a);
  return Buffer.concat([...pieces, message.subarray(start), Buffer.from(endsLine ? '.\r\n' : '\r\n.\r\n', 'latin1')]);
}
