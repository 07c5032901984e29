import { readFields } from './decode-header.ts';
import type { MailStore, StoredMail } from './mail-store.ts';

export interface MailSummary extends StoredMail {
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  readonly has_attachments: boolean;
}

/** Summaries of mails by their headers, each read once, when somebody first looks. */
export function mailSummaries(store: MailStore): (mail: StoredMail) => Promise<MailSummary> {
  const known = new WeakMap<StoredMail, MailSummary>();
  return async (mail) => {
    const present = known.get(mail);
    if (present !== undefined) return present;
    const fields = readFields(await store.head(mail.id));
    const summary = {
      ...mail,
      subject: fields.get('subject') ?? '',
      from: fields.get('from') ?? '',
      to: fields.get('to') ?? '',
      has_attachments: /^multipart\/mixed/i.test(fields.get('content-type') ?? ''),
    };
    known.set(mail, summary);
    return summary;
  };
}
