import type { DeliveryContent } from '@mail/client';
import { useState } from 'react';
import { useAnswer } from '../../api/use-answer.js';
import { Answer } from '../../ui/answer.js';
import { Facts } from '../../ui/facts.js';
import { MailFrame } from '../../ui/mail-frame.js';
import { Notice } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { Tabs } from '../../ui/tabs.js';
import { absolute, bytes } from '../../words.js';

/** What was or would be sent. It is somebody's mail: asked for when somebody wants to see it. */
export function Content({ path }: { readonly path: string }) {
  const [isOpen, setOpen] = useState(false);
  const content = useAnswer<DeliveryContent>(isOpen ? `${path}/content` : null);
  return (
    <Section
      title="Content"
      aside={
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Hide the mail' : 'Show the mail'}
        </button>
      }
    >
      {isOpen ? (
        <Answer of={content} lines={8}>
          {(mail) => <Mail mail={mail} />}
        </Answer>
      ) : (
        <p className="note">As it was or would be sent, without its secrets.</p>
      )}
    </Section>
  );
}

function Mail({ mail }: { readonly mail: DeliveryContent }) {
  const { html, text } = mail;
  return (
    <>
      {mail.error !== null && (
        <Notice tone="bad" title="It cannot be rendered">
          {mail.error}
        </Notice>
      )}
      {mail.masked.length > 0 && (
        <Notice tone="wait" title={`Masked here: ${mail.masked.join(', ')}`}>
          {mail.content_purged_at !== null && <p>Wiped from the database at {absolute(mail.content_purged_at)}.</p>}
        </Notice>
      )}
      <Facts
        of={[
          ['Subject', mail.subject === null ? null : <strong>{mail.subject}</strong>],
          ['From', mail.from.name === null ? mail.from.email : `${mail.from.name} <${mail.from.email}>`],
          ['To', mail.to.join(', ')],
          ['Cc', mail.cc.length === 0 ? null : mail.cc.join(', ')],
          ['Bcc', mail.bcc.length === 0 ? null : mail.bcc.join(', ')],
          ['Reply to', mail.reply_to.length === 0 ? null : mail.reply_to.join(', ')],
          [
            'Attachments',
            mail.attachments.length === 0
              ? null
              : mail.attachments
                  .map(({ filename, content_type, bytes: size }) => `${filename} (${content_type}, ${bytes(size)})`)
                  .join(', '),
          ],
        ]}
      />
      <Tabs
        label="Parts of the mail"
        tabs={[
          ...(html === null ? [] : [{ name: 'HTML', body: <MailFrame html={html} title="The mail" /> }]),
          ...(text === null ? [] : [{ name: 'Text', body: <pre className="code">{text}</pre> }]),
          { name: 'Headers', body: <Headers of={mail} /> },
        ]}
      />
    </>
  );
}

function Headers({ of }: { readonly of: DeliveryContent }) {
  const fixed = { 'Message-ID': of.message_id, Date: of.date };
  return (
    <pre className="code">
      {Object.entries({ ...fixed, ...of.headers })
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n')}
    </pre>
  );
}
