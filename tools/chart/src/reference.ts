import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCollection, isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml';
import { CHART } from './render.ts';

export const REFERENCE = join(CHART, 'README.md');
const BEGIN = '<!-- values: generated from values.yaml by `npm run check:chart -- --write`. Do not edit. -->';
const END = '<!-- end of values -->';

export interface Value {
  readonly path: string;
  readonly fallback: string;
  readonly about: string;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ').trim();

/** A comment above a key; what stands before an empty line is about the file. */
const aboutOf = (pair: Pair, first: string): string => {
  const comment = (isScalar(pair.key) ? pair.key.commentBefore : undefined) ?? first;
  return (comment.split(/\n\s*\n/).at(-1) ?? '').split('\n').map((line) => line.trim()).join(' '); // prettier-ignore
};

function valuesOf(map: YAMLMap, prefix: string): Value[] {
  return map.items.flatMap((pair, index) => {
    const key = String((pair.key as { value: unknown }).value);
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const about = aboutOf(pair, index === 0 && prefix !== '' ? (map.commentBefore ?? '') : '');
    // Resources are one value to whoever sets them.
    if (isMap(pair.value) && pair.value.items.length > 0 && !/(resources|labels|^env)$/.test(path)) {
      const own = about === '' ? [] : [{ path, fallback: '', about }];
      return [...own, ...valuesOf(pair.value, path)];
    }
    const shown = isCollection(pair.value) || isScalar(pair.value) ? JSON.stringify(pair.value.toJSON()) : '';
    return [{ path, fallback: shown, about }];
  });
}

/** Every value with its default and the comment above it. */
export function describedValues(text: string): Value[] {
  const document = parseDocument(text);
  if (!isMap(document.contents)) throw new Error('values.yaml is no map');
  return valuesOf(document.contents, '');
}

/** The table of every value, from the comments in values.yaml. */
export function referenceTable(text: string): string {
  const rows = describedValues(text).map(
    ({ path, fallback, about }) => `| \`${path}\` | ${fallback === '' ? '' : `\`${cell(fallback)}\``} | ${cell(about)} |`,
  );
  return ['| value | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The README with its table as values.yaml says. */
export function withReference(readme: string): string {
  const [before, rest = ''] = readme.split(BEGIN);
  const after = rest.split(END)[1] ?? '';
  const table = referenceTable(readFileSync(join(CHART, 'values.yaml'), 'utf8'));
  return `${before}${BEGIN}\n\n<!-- prettier-ignore-start -->\n\n${table}\n\n<!-- prettier-ignore-end -->\n\n${END}${after}`;
}

export function referenceFault(): string[] {
  const readme = readFileSync(REFERENCE, 'utf8');
  return withReference(readme) === readme ? [] : ['helm/mail/README.md is out of date: npm run check:chart -- --write'];
}
