// By Redis's own word, or by the system's code; the first that fits.
const CURES: readonly (readonly [RegExp, string])[] = [
  [/WRONGPASS|invalid password/i, 'correct MAIL_REDIS_PASSWORD'],
  [/NOAUTH/, 'set MAIL_REDIS_PASSWORD'],
  [/NOPERM/, 'let its user run PING, SELECT, INFO, XINFO, XRANGE and XREAD on the key of MAIL_REDIS_COMMAND_STREAM'],
  [/DB index|SELECT is not allowed/i, 'correct MAIL_REDIS_DB'],
  [/^DENIED/, 'give Redis a password, and set it as MAIL_REDIS_PASSWORD'],
  [/LOADING|MASTERDOWN/, 'wait until Redis has loaded its data'],
  [/max number of clients/, 'raise maxclients of Redis'],
  [/it is Redis|unknown command/i, 'upgrade it to Redis 7.0 or later'],
  [/ECONNREFUSED/, 'see that Redis runs, and correct MAIL_REDIS_MASTER_ADDR'],
  [/ENOTFOUND|EAI_AGAIN/, 'correct the host in MAIL_REDIS_MASTER_ADDR'],
  [
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|no answer|timed? ?out/i,
    'see that the network and its firewalls let this through, and correct MAIL_REDIS_MASTER_ADDR',
  ],
  [/ECONNRESET|EPIPE|Protocol error|Unknown RESP|Connection is closed/i, 'see that MAIL_REDIS_MASTER_ADDR is a Redis that expects no TLS'],
];

/** What cures an error of connecting to Redis, or of using it, as a clause. */
export function redisCureOf(error: unknown): string {
  const said = wordsOf(error);
  return CURES.find(([pattern]) => pattern.test(said))?.[1] ?? 'see the log of Redis';
}

/** A refused connection to a name with two addresses is an AggregateError without a message. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join(' ');
  if (!(error instanceof Error)) return String(error);
  return `${error.message} ${String((error as { code?: unknown }).code ?? '')}`;
}
