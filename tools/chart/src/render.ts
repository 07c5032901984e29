import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { projectRoot } from '@mail/local/project-root';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from './manifest.ts';

export const CHART = join(projectRoot, 'helm', 'mail');
/** The release that the checks render. */
export const RELEASE = 'rel';

/** The value sets that the chart is held to, by name. */
export function valueSets(chart = CHART): ReadonlyMap<string, string> {
  const files = globSync('ci/*-values.yaml', { cwd: chart }).sort();
  return new Map(files.map((file) => [basename(file, '-values.yaml'), join(chart, file)]));
}

export type Rendering = { readonly manifests: readonly Manifest[] } | { readonly fault: string };

function helm(program: string, args: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return { code: status, out: stdout, err: stderr };
}

/** `helm template`: the objects, or what Helm says against it. */
export function render(program: string, chart: string, args: readonly string[]): Rendering {
  const { code, out, err } = helm(program, ['template', RELEASE, chart, '--namespace', 'mail', '--kube-version', '1.34.0', ...args]);
  if (code !== 0) return { fault: err.trim() };
  const documents = parseAllDocuments(out);
  const faults = 'length' in documents ? [...documents].flatMap(({ errors }) => errors.map(({ message }) => message)) : [];
  if (faults.length > 0) return { fault: faults.join('\n') };
  const manifests = [...documents].map((document) => document.toJS() as Manifest | null).filter((manifest) => manifest !== null);
  return { manifests };
}

/** `helm lint --strict`: undefined where it has nothing to say. */
export function lint(program: string, chart: string, args: readonly string[]): string | undefined {
  const { code, out, err } = helm(program, ['lint', '--strict', chart, ...args]);
  return code === 0 ? undefined : `${out}${err}`.trim();
}
