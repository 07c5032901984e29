import { simpleParser } from 'mailparser';
import type { MailStore } from './mail-store.ts';
import { mailSummaries } from './mail-summary.ts';
import type { MailSummary } from './mail-summary.ts';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

const MOST_LISTED = 200;
const MOST_SINCE = 5000;

const json = (value: unknown, status = 200): Answer => ({ status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) });
const notFound = json({ error: 'There is no such mail.' }, 404);

/** A foreign mail's page: no script, nothing fetched, and no way out of its frame. */
const HTML_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

/**
 * The inbox's JSON interface, everything read-only:
 * `GET /api/mails?since=<id>` envelopes of what came after, oldest first, at most 5000;
 * `GET /api/count` how many there are;
 * `GET /api/summaries?search=<words>` the newest with subject and addresses;
 * `GET /api/mails/<id>` one, parsed; `….eml` its source; `….html` its HTML; `…/attachments/<n>` a file.
 */
export function mailApi(store: MailStore): (url: URL) => Promise<Answer | undefined> {
  const summarise = mailSummaries(store);

  const search = async (words: string): Promise<Answer> => {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    const found: MailSummary[] = [];
    for (const mail of store.all().toReversed()) {
      const summary = await summarise(mail);
      const text = [summary.subject, summary.from, summary.to, ...summary.rcpt_to].join(' ').toLowerCase();
      if (wanted.every((word) => text.includes(word))) found.push(summary);
      if (found.length === MOST_LISTED) break;
    }
    return json({ total: store.all().length, mails: found });
  };

  const one = async (id: number, part: string, index: number): Promise<Answer> => {
    const mail = store.find(id);
    if (mail === undefined) return notFound;
    const raw = await store.raw(id);
    if (part === '.eml') return { status: 200, type: 'text/plain; charset=utf-8', body: raw };
    const parsed = await simpleParser(raw);
    if (part === '.html') {
      const body = typeof parsed.html === 'string' ? parsed.html : '';
      return { status: 200, type: 'text/html; charset=utf-8', body, headers: { 'content-security-policy': HTML_POLICY } };
    }
    const attachment = parsed.attachments[index];
    if (part.startsWith('/attachments')) {
      if (attachment === undefined) return notFound;
      const name = encodeURIComponent(attachment.filename ?? `attachment-${index + 1}`);
      const headers = { 'content-disposition': `attachment; filename*=UTF-8''${name}` };
      return { status: 200, type: 'application/octet-stream', body: attachment.content, headers };
    }
    return json({
      ...(await summarise(mail)),
      message_id: parsed.messageId ?? null,
      date: parsed.date ?? null,
      headers: parsed.headerLines.map(({ line }) => line),
      text: parsed.text ?? null,
      has_html: typeof parsed.html === 'string',
      attachments: parsed.attachments.map(({ filename, contentType, size }) => ({
        filename: filename ?? null,
        content_type: contentType,
        bytes: size,
      })),
    });
  };

  return async ({ pathname, searchParams }) => {
    if (pathname === '/api/mails') {
      const since = Number(searchParams.get('since') ?? 0);
      return json({
        mails: store
          .all()
          .filter(({ id }) => id > since)
          .slice(0, MOST_SINCE),
      });
    }
    if (pathname === '/api/count') return json({ count: store.all().length });
    if (pathname === '/api/summaries') return search(searchParams.get('search') ?? '');
    const [, id, part = '', index] = /^\/api\/mails\/(\d+)(\.eml|\.html|\/attachments\/(\d+))?$/.exec(pathname) ?? [];
    return id === undefined ? undefined : one(Number(id), part, Number(index ?? 0));
  };
}
