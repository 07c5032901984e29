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
  /** RFC 3207 */
  readonly startTls: boolean;
  /** RFC 4954: the mechanisms of AUTH, in upper case. */
  readonly auth: readonly string[];
}

export const NO_EXTENSIONS: SmtpExtensions = {
  pipelining: false,
  eightBitMime: false,
  smtpUtf8: false,
  size: false,
  maxSize: null,
  startTls: false,
  auth: [],
};

/** Reads the lines of the reply to EHLO, without their codes. The first line is the server's name, whatever it says. */
export function parseExtensions(ehloLines: readonly string[]): SmtpExtensions {
  const offered = new Map<string, string>();
  const auth = new Set<string>();
  for (const line of ehloLines.slice(1)) {
    // `AUTH=LOGIN` is an old form of the same, still said by some servers.
    const [keyword = '', ...parameters] = line
      .toUpperCase()
      .replace(/^\s*AUTH=/, 'AUTH ')
      .trim()
      .split(/\s+/);
    if (keyword === 'AUTH') for (const mechanism of parameters) auth.add(mechanism);
    offered.set(keyword, parameters.join(' '));
  }
  const maxSize = Number(offered.get('SIZE'));
  return {
    pipelining: offered.has('PIPELINING'),
    eightBitMime: offered.has('8BITMIME'),
    smtpUtf8: offered.has('SMTPUTF8'),
    size: offered.has('SIZE'),
    maxSize: Number.isSafeInteger(maxSize) && maxSize > 0 ? maxSize : null,
    startTls: offered.has('STARTTLS'),
    auth: [...auth],
  };
}
