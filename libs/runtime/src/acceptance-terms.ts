import type { AcceptanceTerms } from '@mail/domain';
import type { MailConfig } from './config/mail-config.js';

/** Whom mails are from in stub mode, where no address need be configured: nothing leaves the system then. */
const STUB_SENDER = 'no-reply@localhost';

/** What both doors accept commands with. */
export function acceptanceTerms({ smtp, secretKeys }: MailConfig, templates: AcceptanceTerms['templates']): AcceptanceTerms {
  return { mode: smtp.mode, from: { email: smtp.fromEmail ?? STUB_SENDER, name: smtp.fromName }, templates, secretKeys };
}
