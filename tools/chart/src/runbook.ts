import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@mail/local/project-root';

export const RUNBOOKS = join(projectRoot, 'docs', 'runbooks');

/** What a block may be written in: by `sh` go the shell's, by `sql` psql's. */
export const LANGUAGES = ['sh', 'sql'] as const;
export type Language = (typeof LANGUAGES)[number];

export const SECTIONS = ['Meaning', 'Impact', 'Diagnosis', 'Mitigation'] as const;

/** One block of commands that can be pasted as it stands. */
export interface RunbookBlock {
  readonly section: string;
  readonly language: string;
  /** Of the page, where its first command is; from 1. */
  readonly line: number;
  readonly text: string;
}

/** The alerts that have a page; README.md tells of the pages. */
export const runbookNames = (folder = RUNBOOKS): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => file.replace(/\.md$/, ''))
    .sort();

export const readRunbook = (alert: string, folder = RUNBOOKS): string => readFileSync(join(folder, `${alert}.md`), 'utf8');

/** Alerts without a page, and pages without an alert. */
export function unpaired(alerts: readonly string[], pages: readonly string[]): string[] {
  return [
    ...[...new Set(alerts)].filter((alert) => !pages.includes(alert)).map((alert) => `the alert ${alert} has no runbook`),
    ...pages.filter((page) => !alerts.includes(page)).map((page) => `the runbook ${page} has no alert`),
  ];
}

/** The blocks of a page, in their order, each with the section that it stands in. */
export function blocksOf(page: string): RunbookBlock[] {
  const blocks: RunbookBlock[] = [];
  let section = '';
  let open: { language: string; line: number; lines: string[] } | null = null;
  page.split('\n').forEach((text, index) => {
    const fence = /^\s*(?:```|~~~)(.*)$/.exec(text);
    if (fence === null) {
      if (open !== null) open.lines.push(text);
      else section = /^## (.*)$/.exec(text)?.[1] ?? section;
    } else if (open === null) {
      open = { language: fence[1]?.trim() ?? '', line: index + 2, lines: [] };
    } else {
      blocks.push({ section, language: open.language, line: open.line, text: open.lines.join('\n') });
      open = null;
    }
  });
  return blocks;
}

/** What keeps a block from being pasted and run as it stands. */
export function blockFaults({ language, text }: RunbookBlock): string[] {
  return [
    ...((LANGUAGES as readonly string[]).includes(language)
      ? []
      : [`is in "${language}", which nothing runs: use ${LANGUAGES.join(' or ')}`]),
    ...(text.trim() === '' ? ['is empty'] : []),
    ...(/<[a-z][a-z _-]*>|…|\bYOUR_|\bTODO\b/i.test(text) ? ['has a blank to fill in'] : []),
  ];
}
