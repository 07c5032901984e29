import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { METRICS, prometheusName, type MetricDefinition } from '@mail/runtime';
import { projectRoot } from '@mail/local/project-root';
import { parse } from 'yaml';

export const ALERTS = join(projectRoot, 'helm', 'mail', 'files', 'alerts.yaml');
const DASHBOARDS = join(projectRoot, 'helm', 'mail', 'files', 'dashboards');

export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
}

export const readRules = (text = readFileSync(ALERTS, 'utf8')): Rule[] =>
  (parse(text) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);

/** What dashboards ask, each with where. */
export function dashboardQueries(): { readonly where: string; readonly expr: string }[] {
  return readdirSync(DASHBOARDS).flatMap((file) => {
    const { panels } = JSON.parse(readFileSync(join(DASHBOARDS, file), 'utf8')) as {
      panels: { title: string; targets: { expr: string }[] }[];
    };
    return panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: `${file}, ${title}`, expr })));
  });
}

const SERIES = new Map(
  Object.entries<MetricDefinition>(METRICS).flatMap(([name, metric]) => {
    const base = prometheusName(name, metric);
    const attributes = Object.keys(metric.attributes);
    return metric.type === 'histogram'
      ? ([...['_sum', '_count'].map((suffix) => [base + suffix, attributes]), [`${base}_bucket`, [...attributes, 'le']]] as [
          string,
          string[],
        ][])
      : ([[base, attributes]] as [string, string[]][]);
  }),
);

/** The series and labels that an expression asks for and that no process sends, nor a rule records. */
export function unknownIn(expr: string, recorded: readonly string[]): string[] {
  const series = [...expr.matchAll(/\b(mail[_:][a-z0-9_:]+)(?:\{([^}]*)\})?/g)];
  return series.flatMap(([, name = '', selector = '']) => {
    if (recorded.includes(name)) return [];
    const labels = SERIES.get(name);
    if (labels === undefined) return [name];
    return [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].flatMap(([, label = '']) =>
      labels.includes(label) ? [] : [`${name}{${label}}`],
    );
  });
}
