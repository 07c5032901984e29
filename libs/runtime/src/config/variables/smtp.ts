import { address } from '../kinds/address.js';
import { choice } from '../kinds/choice.js';
import { duration } from '../kinds/duration.js';
import { flag } from '../kinds/flag.js';
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
  MAIL_SMTP_USERNAME: optional(plainText('a user name'), { meaning: 'Login; both this and the password, or neither.', usedBy }),
  MAIL_SMTP_PASSWORD: optional(plainText('a password', 4096), { meaning: 'The login’s password.', usedBy, secret: true }),
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
  MAIL_SMTP_INSECURE_SKIP_VERIFY: defaulted(flag, 'false', {
    meaning:
      'For local development only: certificates are not verified and plaintext is allowed. A loud warning at start; refused when `NODE_ENV=production`, unless the server’s address is loopback.',
    usedBy,
  }),
};
