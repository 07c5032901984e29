const FIELD_NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

/**
 * A name, a colon, a space and the longest word that a value may have fit a line of 998 octets (RFC 5322 2.1.1); a name cannot
 * be folded.
 */
const MAX_NAME_OCTETS = 95;

const ALLOWED = /^(?:x-.+|list-.+|in-reply-to|references|auto-submitted|precedence|feedback-id)$/;

/**
 * `X-` headers that a server on the way acts on, so that a caller could steer delivery past what was accepted: envelope and
 * loop marks of MTAs and list servers, verdicts of filters (forged, they would be believed), and the control headers of mail
 * providers' relays, one of which (X-SMTPAPI) can even add recipients.
 */
const ACTED_ON = [
  // Envelope, routing and loop marks: Postfix, Exim, sendmail, Dovecot, Gmail, Mailman.
  /^x-(?:envelope|original|delivered|forwarded|failed|resent|return|received|rcpt|apparently|gm|google|mailman)(?:-|$)/,
  /^x-(?:to|cc|bcc|from|sender|loop|beenthere)$/,
  // Verdicts and marks of filters and of Exchange.
  /^x-(?:spam|virus|amavis|rspamd|rspam|dspam|bogosity|barracuda|ironport|proofpoint|quarantine|authentication|authenticated|auth|ms-exchange|microsoft|forefront|exchange|dkim|arc)(?:-|$)/,
  // Control headers of relays: SES, SendGrid, Mandrill, Mailgun, SparkPost, Postmark, Mailjet, Brevo.
  /^x-(?:ses|smtpapi|sg|mc|mailgun|msys|pm|postmark|mj|mailjet|mailin|sib)(?:-|$)/,
];

/** Why a custom header may not have this name (any case), or `null` when it may. */
export function headerNameFault(name: string): string | null {
  if (!FIELD_NAME.test(name)) return 'must be a header name of letters, digits, hyphens and underscores';
  if (name.length > MAX_NAME_OCTETS) return `must not have more than ${MAX_NAME_OCTETS} characters`;
  const lower = name.toLowerCase();
  if (!ALLOWED.test(lower)) return 'must be X-*, List-*, In-Reply-To, References, Auto-Submitted, Precedence or Feedback-ID';
  return ACTED_ON.some((pattern) => pattern.test(lower)) ? 'must not be a header that mail servers act on' : null;
}
