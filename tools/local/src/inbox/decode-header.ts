/** Field bodies of a header block by lower-case name, unfolded (RFC 5322 2.2.3); the first of each name. */
export function readFields(head: Buffer): Map<string, string> {
  const fields = new Map<string, string>();
  const unfolded = head.toString('utf8').replace(/\r?\n[ \t]+/g, ' ');
  for (const line of unfolded.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon > 0 && !fields.has(name)) fields.set(name, decodeWords(line.slice(colon + 1).trim()));
  }
  return fields;
}

function decodeBytes(charset: string, bytes: Buffer): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('latin1'); // A charset that nobody knows.
  }
}

/** Bytes of one encoded word. */
function wordBytes(encoding: string, text: string): Buffer {
  if (encoding.toLowerCase() === 'b') return Buffer.from(text, 'base64');
  const escaped = text.replaceAll('_', ' ').replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(escaped, 'latin1');
}

/** Encoded words (RFC 2047) as text; white space between two of them is none. Words are joined first: some cut a character in two. */
function decodeWords(text: string): string {
  const runs = /(?:=\?[^?\s]+\?[bq]\?[^?\s]*\?=(?:\s+(?==\?[^?\s]+\?[bq]\?))?)+/gi;
  return text.replace(runs, (run) => {
    const words = [...run.matchAll(/=\?([^?*\s]+)[^?\s]*\?([bq])\?([^?\s]*)\?=/gi)];
    const charset = words[0]?.[1] ?? 'utf-8';
    return decodeBytes(charset, Buffer.concat(words.map(([, , encoding = 'b', body = '']) => wordBytes(encoding, body))));
  });
}
