import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@mail/local/project-root';
import { nameOf, type Manifest } from '../manifest.ts';

interface Rule {
  readonly alert?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Every alert leads to a runbook that is there, and every dashboard is JSON. */
export function alertFaults(manifests: readonly Manifest[], runbooks = join(projectRoot, 'docs', 'runbooks')): string[] {
  const alerts = manifests
    .filter(({ kind }) => kind === 'PrometheusRule')
    .flatMap(({ spec }) => (spec as { groups: readonly { rules: readonly Rule[] }[] }).groups)
    .flatMap(({ rules }) => rules)
    .flatMap(({ alert, annotations }) => (alert === undefined ? [] : [{ alert, link: annotations?.['runbook_url'] ?? '' }]))
    .flatMap(({ alert, link }) => {
      const file = `${alert}.md`;
      if (!existsSync(join(runbooks, file))) return [`alert ${alert}: docs/runbooks/${file} is not there`];
      return link.endsWith(`/${file}`) ? [] : [`alert ${alert}: its runbook_url is ${link || 'not set'}`];
    });
  const dashboards = manifests
    .filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.includes('-dashboard-'))
    .flatMap((manifest) =>
      Object.values(manifest['data'] as Record<string, string>).flatMap((text) => {
        try {
          return typeof JSON.parse(text) === 'object' ? [] : [`${nameOf(manifest)}: is no object`];
        } catch {
          return [`${nameOf(manifest)}: is no JSON`];
        }
      }),
    );
  return [...alerts, ...dashboards];
}
