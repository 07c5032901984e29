import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { buildCommands } from './build-command.ts';
import { buildEnvironment } from './build-environment.ts';
import { inputsFingerprint, isBuilt, outputsFingerprint } from './build-fingerprint.ts';
import { projectRoot } from './project-root.ts';

/** What shells, editors, test runners and CI leave behind, each of which some compiler or bundler reads. */
const HOSTILE = {
  NODE_ENV: 'development',
  BABEL_ENV: 'test',
  VITE_USER_NODE_ENV: 'development',
  VITE_PLANTED: 'planted',
  BROWSERSLIST: 'ie 11',
  NODE_OPTIONS: '--conditions=development --no-warnings',
  NODE_PATH: '/nowhere',
  TZ: 'Asia/Tokyo',
  LANG: 'tr_TR.UTF-8',
  LC_ALL: 'tr_TR.UTF-8',
  MAIL_SMTP_MODE: 'smtp',
  OTEL_TRACES_EXPORTER: 'otlp',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Bundles the console as the build does, elsewhere; its files by name. */
function bundleConsole(name: string, env: Record<string, string>): Map<string, string> {
  const vite = buildCommands(projectRoot).find(({ args }) => args.includes(join('apps', 'console')));
  if (vite === undefined) throw new Error('nothing bundles the console');
  const into = join(folder, name);
  execFileSync(vite.command, [...vite.args, '--outDir', into], { cwd: projectRoot, env, stdio: 'inherit' });
  const files = readdirSync(into, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(files.map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'latin1')]));
}

describe('a build', () => {
  it('bundles the console for production, byte for byte the same whatever the environment of the caller says', () => {
    const ours = bundleConsole('ours', buildEnvironment());
    // By Vite alone too, as `nx build` and the Dockerfile call it.
    const theirs = bundleConsole('theirs', { PATH: process.env['PATH'] ?? '', ...HOSTILE });
    expect([...theirs.keys()].sort()).toEqual([...ours.keys()].sort());
    for (const [name, text] of ours) expect(theirs.get(name) === text, name).toBe(true);
    const script = [...ours].find(([name]) => name.endsWith('.js'))?.[1] ?? '';
    expect(script.includes('jsxDEV'), 'what React adds for development').toBe(false);
    expect(script.length).toBeLessThan(400_000);
  }, 120_000);

  it('is told nothing of the environment of the caller but where programs and the home are', () => {
    const env = buildEnvironment({ ...HOSTILE, PATH: '/usr/bin', HOME: '/home/ada' });
    const fromCaller = Object.keys(env).filter((name) => env[name] !== buildEnvironment({})[name]);
    expect(fromCaller.sort()).toEqual(['HOME', 'PATH']);
    expect(env['NODE_ENV']).toBe('production');
    expect(Object.keys(env).filter((name) => name !== 'NODE_ENV' && name !== 'LANG' && name !== 'TZ' && name in HOSTILE)).toEqual([]);
  });
});

describe('the fingerprint of the build', () => {
  const FILES: Readonly<Record<string, string>> = {
    'package.json': '{}',
    'package-lock.json': '{}',
    'nx.json': '{}',
    'tsconfig.json': '{}',
    'tsconfig.base.json': '{}',
    'libs/a/package.json': '{}',
    'libs/a/tsconfig.lib.json': '{}',
    'libs/a/src/a.ts': '',
    'libs/a/src/table.json': '{}',
    'libs/a/src/a.spec.ts': '',
    'libs/a/dist/a.js': '',
    'libs/a/dist/tsconfig.lib.tsbuildinfo': '{}',
    'tools/cli/package.json': '{}',
    'tools/cli/tsconfig.lib.json': '{}',
    'tools/cli/src/cli.ts': '',
    'tools/cli/dist/cli.js': '',
    'tools/cli/dist/tsconfig.lib.tsbuildinfo': '{}',
    'apps/page/package.json': '{"scripts":{"build":"vite build"}}',
    'apps/page/vite.config.ts': '',
    'apps/page/tsconfig.app.json': '{}',
    'apps/page/index.html': '',
    'apps/page/public/icon.svg': '',
    'apps/page/public/LICENSE': '',
    'apps/page/src/main.tsx': '',
    'apps/page/src/style/base.css': '',
    'apps/page/src/logo.svg': '',
    'apps/page/dist/index.html': '<script src="/page/assets/a.js"></script>',
    'apps/page/dist/assets/a.js': '',
  };
  let root: string;
  beforeAll(() => {
    root = join(folder, 'workspace');
    for (const [file, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
  });

  const changed = (file: string, of: (root: string) => unknown): boolean => {
    const copy = mkdtempSync(join(folder, 'changed-'));
    cpSync(root, copy, { recursive: true });
    const before = of(copy);
    writeFileSync(join(copy, file), `${FILES[file] ?? ''} `);
    return of(copy) !== before;
  };
  const inputs = Object.keys(FILES).filter((file) => !file.includes('/dist/') && !file.endsWith('.spec.ts'));

  test.each(inputs)('covers %s', (file) => expect(changed(file, inputsFingerprint)).toBe(true));
  test.each(['apps/page/src/new.json', 'libs/a/src/deep.ts'])('covers %s, a file that is new', (file) =>
    expect(changed(file, inputsFingerprint)).toBe(true),
  );
  test.each(['libs/a/src/a.spec.ts', 'libs/a/dist/a.js'])('does not cover %s', (file) =>
    expect(changed(file, inputsFingerprint)).toBe(false),
  );
  test.each(['libs/a/dist/tsconfig.lib.tsbuildinfo', 'apps/page/dist/index.html'])(
    'of what is built shows by %s that another build came between',
    (file) => expect(changed(file, outputsFingerprint)).toBe(true),
  );

  it('is not asked while a file is missing that was built', () => {
    expect(isBuilt(root)).toBe(true);
    for (const file of Object.keys(FILES).filter((name) => name.includes('/dist/'))) {
      rmSync(join(root, file));
      expect(isBuilt(root), file).toBe(false);
      writeFileSync(join(root, file), FILES[file] ?? '');
    }
  });
});
