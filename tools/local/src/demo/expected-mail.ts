import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../project-root.ts';
import type { Asked } from './traffic.ts';
import type { TemplateContent } from './command.ts';

/** What a received mail must be. */
export interface ExpectedMail {
  readonly subject: string;
  /** Exact, for content that the caller rendered; undefined where the mail has none. */
  readonly text?: string;
  readonly html?: string;
  /** For a template: what must stand in both bodies, and the language that they are in. */
  readonly facts: readonly string[];
  readonly language?: string;
}

/** Which languages the templates of the demo are in. */
const LOCALES = ['en', 'de'];
const DEFAULT_LOCALE = 'en';

/** The rule of fallback, said again: exact, then the language, then the default. */
function fallback(locale: string): string {
  const language = locale.split('-')[0] ?? locale;
  return [locale, language].find((name) => LOCALES.includes(name)) ?? DEFAULT_LOCALE;
}

/** A subject has placeholders only, so that filling them in here is independent of the renderer. */
function subjectOf({ template_id, variables }: TemplateContent, locale: string): string {
  const file = join(projectRoot, 'templates', template_id, locale, 'subject.txt');
  return readFileSync(file, 'utf8')
    .trim()
    .replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => String(variables[name]));
}

/** Every text in the variables, by line. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string') return value.split('\n').filter((line) => line.trim() !== '');
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}

export function expectedMail({ command: { content } }: Asked): ExpectedMail {
  if (content.mode === 'rendered') {
    const { subject, text, html } = content;
    return { subject, facts: [], ...(text === undefined ? {} : { text }), ...(html === undefined ? {} : { html }) };
  }
  const language = fallback(content.locale);
  return { subject: subjectOf(content, language), facts: leaves(content.variables), language };
}
