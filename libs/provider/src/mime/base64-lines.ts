const LINE = 76;

/** Base64 (RFC 2045 6.8) in lines of 76 characters with CRLF between them, none at the end. */
export function base64Lines(content: Buffer): string {
  const encoded = content.toString('base64');
  if (encoded.length <= LINE) return encoded;
  const lines: string[] = [];
  for (let at = 0; at < encoded.length; at += LINE) lines.push(encoded.slice(at, at + LINE));
  return lines.join('\r\n');
}
