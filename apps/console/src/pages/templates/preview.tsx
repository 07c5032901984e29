import type { Preview as Previewed, ShownTemplate } from '@mail/client';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState, type FormEvent } from 'react';
import { ask } from '../../api/ask.js';
import { MailFrame } from '../../ui/mail-frame.js';
import { Notice, Trouble } from '../../ui/notice.js';
import { Section } from '../../ui/page.js';
import { Tabs } from '../../ui/tabs.js';

interface Wanted {
  readonly locale: string;
  readonly variables: unknown;
}

/** What its mail looks like; with its own examples until somebody writes others. */
export function Preview({ template }: { readonly template: ShownTemplate }) {
  const [locale, setLocale] = useState(template.default_locale);
  const [text, setText] = useState(() => JSON.stringify(template.examples, null, 2));
  const [fault, setFault] = useState<string | null>(null);
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: (body: Wanted) => ask<Previewed>(`templates/${encodeURIComponent(template.template_id)}/preview`, { method: 'POST', body }),
  });
  const { default_locale, examples } = template;
  // The first one comes by itself.
  useEffect(() => mutate({ locale: default_locale, variables: examples }), [mutate, default_locale, examples]);
  const render = (inLocale: string): void => {
    try {
      const variables = JSON.parse(text) as unknown;
      setFault(null);
      mutate({ locale: inLocale, variables });
    } catch (reason) {
      setFault(`The variables are no JSON: ${(reason as Error).message}`);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    render(locale);
  };
  const choose = (tag: string): void => {
    setLocale(tag);
    render(tag);
  };
  return (
    <div className="columns preview">
      <Section title="Preview">
        {error !== null && <Trouble error={error} />}
        {data === undefined ? (
          error === null && <p className="note">Rendering…</p>
        ) : (
          <div className="answer" data-stale={isPending || error !== null}>
            <p className="summary">{data.subject}</p>
            <Tabs
              label="Parts of the mail"
              tabs={[
                ...(data.html === null ? [] : [{ name: 'HTML', body: <MailFrame html={data.html} title="Preview of the mail" /> }]),
                ...(data.text === null ? [] : [{ name: 'Text', body: <pre className="code">{data.text}</pre> }]),
              ]}
            />
          </div>
        )}
      </Section>
      <Section title="With these variables">
        <form className="form" onSubmit={submit}>
          <label className="field">
            Locale
            <select value={locale} onChange={({ target }) => choose(target.value)}>
              {template.locales.map((tag) => (
                <option key={tag}>{tag}</option>
              ))}
            </select>
          </label>
          <label className="field">
            Variables, as JSON
            <textarea className="code" rows={14} spellCheck={false} value={text} onChange={({ target }) => setText(target.value)} />
          </label>
          {fault !== null && <Notice tone="warn" title={fault} isUrgent />}
          <footer>
            <button type="submit" className="primary" disabled={isPending}>
              Render
            </button>
          </footer>
        </form>
      </Section>
    </div>
  );
}
