/** What the server offers after EHLO, as far as we use it. */
export interface SmtpExtensions {
  /** RFC 2920 */
  readonly pipelining: boolean;
  /** RFC 6152 */
  readonly eightBitMime: boolean;
  /** RFC 6531 */
  readonly smtpUtf8: boolean;
  /** RFC 1870: whether SIZE is offered, and the most octets a message may have; `null`: no limit said. */
  readonly size: boolean;
  readonly maxSize: number | null;
}

/** Reads the reply to EHLO, its codes still in front of each line. The first line is the server's name, whatever it says. */
export function parseExtensions(ehloReply: string): SmtpExtensions {
  const offered = new Map<string, string>();
  for (const line of ehloReply.split(/\r?\n/).slice(1)) {
    const [keyword = '', ...parameters] = line
      .replace(/^\d{3}[ -]/, '')
      .trim()
      .split(/\s+/);
    offered.set(keyword.toUpperCase(), parameters.join(' '));
  }
  const maxSize = Number(offered.get('SIZE'));
  return {
    pipelining: offered.has('PIPELINING'),
    eightBitMime: offered.has('8BITMIME'),
    smtpUtf8: offered.has('SMTPUTF8'),
    size: offered.has('SIZE'),
    maxSize: Number.isSafeInteger(maxSize) && maxSize > 0 ? maxSize : null,
  };
}
