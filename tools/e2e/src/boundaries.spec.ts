import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

const ESLINT = join(ROOT, 'node_modules', 'eslint', 'bin', 'eslint.js');

interface Graph {
  readonly nodes: Readonly<Record<string, { readonly data: { readonly tags?: readonly string[] } }>>;
  readonly dependencies: Readonly<Record<string, readonly { readonly target: string }[]>>;
}

const nx = (...args: string[]): { readonly status: number | null; readonly output: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'node_modules', 'nx', 'dist', 'bin', 'nx.js'), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  return { status, output: stdout + stderr };
};

/** What each layer may stand on. Specs of every layer use the testing library. */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  'layer:domain': [],
  'layer:migration': [],
  'layer:adapter': ['layer:domain', 'layer:migration', 'layer:testing'],
  'layer:runtime': ['layer:domain', 'layer:adapter', 'layer:testing'],
  'layer:app': ['layer:domain', 'layer:adapter', 'layer:runtime', 'layer:testing', 'layer:console'],
  'layer:console': ['layer:client'],
  'layer:testing': ['layer:domain'],
  'layer:client': ['layer:domain', 'layer:testing'],
  'layer:tool': ['layer:domain', 'layer:adapter', 'layer:runtime', 'layer:testing', 'layer:client', 'layer:app', 'layer:tool'],
};

describe('the layers', () => {
  let graph: Graph;
  beforeAll(() => {
    const dir = mkdtempSync(join(tmpdir(), 'mail-graph-'));
    nx('graph', `--file=${join(dir, 'graph.json')}`);
    ({ graph } = JSON.parse(readFileSync(join(dir, 'graph.json'), 'utf8')) as { graph: Graph });
    rmSync(dir, { recursive: true });
  });

  const layerOf = (project: string): string => graph.nodes[project]?.data.tags?.find((tag) => tag.startsWith('layer:')) ?? 'none';

  it('are what every project has exactly one of', () => {
    for (const [project, { data }] of Object.entries(graph.nodes)) {
      expect([project, data.tags?.filter((tag) => tag in MAY_USE).length]).toEqual([project, 1]);
    }
  });

  it('stand on each other one way only', () => {
    const wrong = Object.entries(graph.dependencies).flatMap(([project, dependencies]) =>
      dependencies
        .filter(({ target }) => target in graph.nodes && !(MAY_USE[layerOf(project)] ?? []).includes(layerOf(target)))
        .map(({ target }) => `${project} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('an import across the layers', () => {
  it.each([
    {
      layer: 'the domain',
      file: 'libs/domain/src/index.ts',
      imports: "import '@mail/persistence';",
      rule: '@nx/enforce-module-boundaries',
    },
    { layer: 'an adapter', file: 'libs/templates/src/index.ts', imports: "import 'nodemailer';", rule: 'no-restricted-imports' },
  ])(
    'fails the lint of $layer',
    ({ file, imports, rule }) => {
      // As the text of a file that is there, and by the graph that was drawn above: the sources stay as they are, for specs beside this one.
      const { stdout } = spawnSync(process.execPath, [ESLINT, '--format=json', '--stdin', '--stdin-filename', file], {
        cwd: ROOT,
        encoding: 'utf8',
        input: `${imports}\n`,
        env: { ...process.env, NX_DAEMON: 'false' },
      });
      const [{ messages } = { messages: [] }] = JSON.parse(stdout) as { messages: { ruleId: string; severity: number }[] }[];
      expect(messages.map(({ ruleId, severity }) => [ruleId, severity])).toEqual([[rule, 2]]);
    },
    120_000,
  );
});
