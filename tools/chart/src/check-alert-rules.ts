import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPrometheus } from '@mail/local/find-prometheus';
import { ALERTS } from './monitoring.ts';

const TESTS = join(dirname(fileURLToPath(import.meta.url)), '..', 'alerts.test.yaml');

/** What Prometheus's own checker says of the alerts, and of what they do to series that are well and that are not. */
export function alertRuleFaults(): Readonly<Record<string, readonly string[]>> {
  const promtool = findPrometheus('promtool');
  const ask = (...args: string[]): string[] => {
    const { status, stdout, stderr } = spawnSync(promtool, args, { encoding: 'utf8', cwd: dirname(TESTS) });
    return status === 0 ? [] : [`${stdout}${stderr}`.trim()];
  };
  return {
    'promtool check rules': ask('check', 'rules', ALERTS),
    'promtool test rules': ask('test', 'rules', TESTS),
  };
}
