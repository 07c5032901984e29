import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { alertFaults } from './checks/alerts.ts';
import { CHECKS } from './checks/all.ts';
import { findHelm } from './find-helm.ts';
import { CHART, lint, render, type Rendering } from './render.ts';

// Helm is a process of its own each time: on a busy machine it may be slow.
vi.setConfig({ testTimeout: 120_000 });

const folders: string[] = [];
let helm: string;
beforeAll(() => void (helm = findHelm()), 240_000);
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** A copy of the chart with one thing wrong. */
function spoiled(edits: Readonly<Record<string, (text: string) => string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'mail-chart-'));
  folders.push(folder);
  cpSync(CHART, folder, { recursive: true });
  for (const [file, edit] of Object.entries(edits)) {
    const path = join(folder, file);
    mkdirSync(join(path, '..'), { recursive: true });
    let before = '';
    try {
      before = readFileSync(path, 'utf8');
    } catch {
      // A file that is not there yet.
    }
    const after = edit(before);
    if (after === before) throw new Error(`nothing was spoiled in ${file}`);
    writeFileSync(path, after);
  }
  return folder;
}

const deployments = (from: string, to: string): Readonly<Record<string, (text: string) => string>> => ({
  'templates/deployments.yaml': (text) => text.replace(from, to),
});

const manifestsOf = (rendering: Rendering) => {
  if ('fault' in rendering) throw new Error(rendering.fault);
  return rendering.manifests;
};

describe('a planted error', () => {
  it.each([
    ['Kubernetes schemas', 'a wrong type', deployments('revisionHistoryLimit: 3', 'revisionHistoryLimit: three'), 'revisionHistoryLimit'],
    ['Kubernetes schemas', 'a wrong enum', deployments('type: RollingUpdate', 'type: Rolling'), 'must be equal to'],
    ['Kubernetes schemas', 'a bad quantity', deployments('sizeLimit: 16Mi', 'sizeLimit: 16 megs'), 'sizeLimit'],
    [
      'fields and APIs that are served',
      'a field with a typo',
      deployments('automountServiceAccountToken:', 'automountServiceAcountToken:'),
      'automountServiceAcountToken',
    ],
    [
      'fields and APIs that are served',
      'an API that was removed',
      { 'templates/disruptionbudgets.yaml': (text: string) => text.replace('policy/v1', 'policy/v1beta1') },
      'not served',
    ],
    [
      'environment, by the code that reads it',
      'a variable that nobody knows',
      { 'templates/_helpers.tpl': (text: string) => text.replace('"MAIL_SMTP_MODE" ', '"MAIL_SMTP_MODUS" ') },
      'MAIL_SMTP_MODUS',
    ],
    [
      'environment, by the code that reads it',
      'a variable that is not set',
      deployments('"MAIL_REDIS_PASSWORD"', '"OTHER"'),
      'MAIL_REDIS_PASSWORD is not set',
    ],
    [
      'environment, by the code that reads it',
      'a value that is not valid',
      { 'templates/_helpers.tpl': (text: string) => text.replace('"%vs" .Values.smtp', '"%v sec" .Values.smtp') },
      'MAIL_SMTP_TIMEOUT',
    ],
    [
      'environment, by the code that reads it',
      'a config map that is not there',
      deployments('name: {{ include "mail.name" $root }}-env', 'name: other-env'),
      'other-env',
    ],
    [
      'security, probes, stopping',
      'a pod that may run as root',
      { 'templates/_helpers.tpl': (text: string) => text.replace('runAsNonRoot: true', 'runAsNonRoot: false') },
      'may run as root',
    ],
    [
      'security, probes, stopping',
      'a file system that can be written',
      { 'templates/_helpers.tpl': (text: string) => text.replace('readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false') },
      'readOnlyRootFilesystem',
    ],
    [
      'security, probes, stopping',
      'a pod that is killed while it drains',
      deployments('(ternary $preStopSeconds 0 $listens)', '-20'),
      'may drain for',
    ],
    ['security, probes, stopping', 'a program that nothing builds', deployments('dist/main.js', 'dist/mains.js'), 'which nothing builds'],
    ['security, probes, stopping', 'a third consumer during a roll-out', deployments('maxSurge: 0', 'maxSurge: 1'), 'more than twice'],
    [
      'security, probes, stopping',
      'a probe without pause',
      deployments(
        'periodSeconds: 20\n            timeoutSeconds: 5\n            failureThreshold',
        'periodSeconds: 2\n            failureThreshold',
      ),
      'more often',
    ],
  ])('is found by "%s": %s', async (check, _what, edits, says) => {
    const manifests = manifestsOf(render(helm, spoiled(edits), []));
    expect((await CHECKS[check]?.(manifests))?.join('\n')).toContain(says);
  });

  const scaled = [
    '--set',
    'autoscaling.keda=always,components.attempt-worker.autoscaling.enabled=true,components.intake-api.autoscaling.enabled=true',
  ];
  it.each([
    ['a ScaledObject', scaled, 'templates/autoscaling.yaml', 'cooldownPeriod:', 'cooldownPeriods:', 'spec.cooldownPeriods is no field'],
    ['its HPA', scaled, 'templates/autoscaling.yaml', 'periodSeconds: 60', 'periodSecond: 60', 'policies[0].periodSecond is no field'],
    ['a trigger', scaled, 'templates/autoscaling.yaml', 'targetQueryValue:', 'targetQuery:', 'postgresql wants targetQueryValue'],
    [
      'a TriggerAuthentication',
      scaled,
      'templates/autoscaling.yaml',
      '- parameter: connection',
      '- params: connection',
      '[0].params is no field',
    ],
    [
      'a PrometheusRule',
      ['--set', 'prometheusRule.enabled=true'],
      'files/alerts.yaml',
      '        for: ',
      '        fore: ',
      '.fore is no field',
    ],
  ])('is found in what extensions define: %s', async (_what, args, file, from, to, says) => {
    const manifests = manifestsOf(render(helm, spoiled({ [file]: (text) => text.replace(from, to) }), args));
    expect((await CHECKS['fields and APIs that are served']?.(manifests))?.join('\n')).toContain(says);
  });

  it('is found by helm lint: a template that does not parse', () => {
    expect(lint(helm, spoiled(deployments('{{- end }}', '')), [])).toContain('deployments.yaml');
  });

  it('is found by helm template: a manifest that is no YAML', () => {
    expect(render(helm, spoiled({ 'templates/service.yaml': (text) => text.replace('spec:', ' spec: :') }), [])).toHaveProperty('fault');
  });
});

describe('alerts and dashboards', () => {
  const runbooks = (...names: string[]): string => {
    const folder = mkdtempSync(join(tmpdir(), 'mail-runbooks-'));
    folders.push(folder);
    for (const name of names) writeFileSync(join(folder, `${name}.md`), '');
    return folder;
  };
  const alerts = (): string =>
    `groups:\n  - name: mail\n    rules:\n      - alert: Known\n        expr: up == 0\n        annotations: { summary: '{{ $labels.job }} is gone' }\n      - alert: Unknown\n        expr: up == 0\n`;
  const monitored = ['--set', 'prometheusRule.enabled=true,dashboards.enabled=true'];

  it('an alert without a runbook is found, and its text is left to Prometheus', () => {
    const manifests = manifestsOf(render(helm, spoiled({ 'files/alerts.yaml': alerts }), monitored));
    expect(alertFaults(manifests, runbooks('Known'))).toEqual(['alert Unknown: docs/runbooks/Unknown.md is not there']);
    expect(JSON.stringify(manifests)).toContain('{{ $labels.job }} is gone');
    expect(JSON.stringify(manifests)).toContain('docs/runbooks/Known.md');
  });

  it('a dashboard that is no JSON is found, and one that is comes through as it is', () => {
    const good = '{"title":"Mail {{x}}"}';
    const files = { 'files/dashboards/Good_one.json': () => good, 'files/dashboards/bad.json': () => '{' };
    const manifests = manifestsOf(render(helm, spoiled(files), monitored));
    expect(alertFaults(manifests, runbooks()).filter((fault) => fault.startsWith('ConfigMap'))).toEqual([
      'ConfigMap rel-dashboard-bad: is no JSON',
    ]);
    expect(manifests.find(({ metadata }) => metadata.name === 'rel-dashboard-good-one')?.['data']).toEqual({ 'Good_one.json': good });
  });
});
