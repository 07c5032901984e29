import { address } from '../kinds/address.js';
import { choice } from '../kinds/choice.js';
import { duration } from '../kinds/duration.js';
import { ehloName } from '../kinds/ehlo-name.js';
import { flag } from '../kinds/flag.js';
import { httpsUrl } from '../kinds/https-url.js';
import { mailAddress } from '../kinds/mail-address.js';
import { plainText } from '../kinds/plain-text.js';
import { defaulted, optional } from '../variable.js';

const usedBy = ['attempt-worker'] as const;
const accepting = ['intake-api', 'stream-consumer', 'attempt-worker'] as const;

export const SMTP_VARIABLES = {
  MAIL_SMTP_MODE: defaulted(choice('stub', 'smtp'), 'stub', {
    meaning: '`stub` sends nothing and answers `250 stub`; `smtp` sends.',
    usedBy: accepting,
  }),
  MAIL_SMTP_ADDR: optional(address, {
    shown: 'required in `smtp` mode',
    meaning: 'The SMTP server. Port 465 is implicit TLS; any other port must offer STARTTLS.',
    usedBy,
  }),
  MAIL_SMTP_USERNAME: optional(plainText('a user name'), {
    meaning: 'Login; both this and the password, or neither. With OAuth2 it is the mailbox.',
    usedBy,
  }),
  MAIL_SMTP_PASSWORD: optional(plainText('a password', 4096), { meaning: 'The login’s password.', usedBy, secret: true }),
  MAIL_SMTP_OAUTH2_TOKEN_URL: optional(httpsUrl, {
    meaning:
      'Logs in by `XOAUTH2` (or `OAUTHBEARER`) in place of a password: the access token is fetched here by client credentials (RFC 6749 4.4), kept, and renewed before it ends. Needs the user name, the client’s id and its secret.',
    usedBy,
  }),
  MAIL_SMTP_OAUTH2_CLIENT_ID: optional(plainText('a client id'), { meaning: 'The client that fetches tokens.', usedBy }),
  MAIL_SMTP_OAUTH2_CLIENT_SECRET: optional(plainText('a client secret', 4096), { meaning: 'The client’s secret.', usedBy, secret: true }),
  MAIL_SMTP_OAUTH2_SCOPE: optional(plainText('scopes, separated by spaces', 1024), {
    meaning: 'What the token is for. Exchange Online wants `https://outlook.office365.com/.default`.',
    usedBy,
  }),
  MAIL_SMTP_FROM_EMAIL: optional(mailAddress, {
    shown: 'required in `smtp` mode',
    meaning: 'The sender: envelope and header From.',
    usedBy: accepting,
  }),
  MAIL_SMTP_FROM_NAME: optional(plainText('a display name'), { meaning: 'The sender’s display name.', usedBy: accepting }),
  MAIL_SMTP_TIMEOUT: defaulted(duration('1ms'), '15s', {
    meaning: 'Bound on one whole attempt, from connecting to the final reply. With the claim margin it also says when a claim is stale.',
    usedBy: ['scheduler', 'attempt-worker'],
  }),
  MAIL_SMTP_EHLO_NAME: optional(ehloName, {
    shown: 'the host’s full name, else the sender’s domain',
    meaning: 'What EHLO says. Some servers refuse whoever says a name that they cannot look up.',
    usedBy,
  }),
  MAIL_SMTP_FINAL_REPLY_TIMEOUT: defaulted(duration('1ms', '24h'), '10m', {
    meaning:
      'How long a session whose attempt timed out after the final dot goes on listening for the reply (RFC 5321 4.5.3.2.6), beside its slot. A late reply is a late result; until then the mail is not tried again, but for priority `high`.',
    usedBy: ['intake-api', 'scheduler', 'attempt-worker'],
  }),
  MAIL_PROVIDER_TROUBLE_LIMIT: defaulted(duration('1ms', '720h'), '24h', {
    meaning:
      'A mail that met nothing but trouble with the provider for so long (connections, TLS or the login refused, throttles, relaying refused to all) is a dead letter. Trouble uses up none of `MAIL_RETRY_SCHEDULE`.',
    usedBy: ['intake-api', 'scheduler', 'attempt-worker'],
  }),
  MAIL_SMTP_INSECURE_SKIP_VERIFY: defaulted(flag, 'false', {
    meaning:
      'For local development only: certificates are not verified and plaintext is allowed. A loud warning at start; refused when `NODE_ENV=production`, unless the server’s address is loopback.',
    usedBy,
  }),
};
