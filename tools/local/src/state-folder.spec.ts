import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canEnter, chooseStateFolder } from './state-folder.ts';

const asRoot = process.getuid?.() === 0;

describe('where the state lies', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'state-'));
    chmodSync(base, 0o755);
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  const clone = (mode: number): string => {
    const parent = join(base, 'parent');
    mkdirSync(join(parent, 'clone'), { recursive: true });
    chmodSync(parent, mode);
    return join(parent, 'clone');
  };

  it('is in the project where the project can be entered', () => {
    const project = clone(0o755);
    expect(chooseStateFolder(project).path).toBe(join(project, '.local'));
  });

  it.runIf(asRoot)('is in the temporary folder where an unprivileged user cannot enter the project, and nothing is left there', () => {
    const project = clone(0o700);
    const { path, runAs } = chooseStateFolder(project, { temporary: base });
    expect(path.startsWith(join(base, 'mail-service-'))).toBe(true);
    expect(canEnter(path, runAs)).toBe(true);
    expect(existsSync(join(project, '.local'))).toBe(false);
  });

  it.runIf(asRoot)('is never a folder of that name that somebody else has made', () => {
    const project = clone(0o700);
    const { path } = chooseStateFolder(project, { temporary: base });
    chownSync(path, 4711, 4711);
    const other = chooseStateFolder(project, { temporary: base }).path;
    expect(other).not.toBe(path);
    rmSync(other, { recursive: true });
  });

  it('is not listed for others', () => {
    const project = clone(0o755);
    expect(statSync(chooseStateFolder(project).path).mode & 0o044).toBe(0);
  });

  it('is the same at the next start', () => {
    const project = clone(0o700);
    expect(chooseStateFolder(project, { temporary: base }).path).toBe(chooseStateFolder(project, { temporary: base }).path);
  });
});
