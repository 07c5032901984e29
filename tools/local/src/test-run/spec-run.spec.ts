import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAppended } from './read-appended.ts';
import { slowestFirst } from './slowest-first.ts';
import { SpecRun, type SpecEvent } from './spec-run.ts';

const A = 'libs/a/src/a.spec.ts';
const B = 'libs/a/src/deep/b.spec.ts';
const C = 'tools/c/src/c.spec.ts';
const PLANNED: SpecEvent = { type: 'planned', files: [A, B, C] };
const passed = (file: string): SpecEvent => ({ type: 'test', file, title: 'holds', state: 'passed' });
const failed = (file: string): SpecEvent => ({ type: 'test', file, title: 'breaks', state: 'failed', message: 'expected 1 to be 2' });
const skipped = (file: string): SpecEvent => ({ type: 'test', file, title: 'waits', state: 'skipped' });
const started = (file: string, atMs: number): SpecEvent => ({ type: 'started', file, atMs });
const ended = (file: string, ...errors: string[]): SpecEvent => ({ type: 'ended', file, atMs: 9000, errors });
const FINISHED: SpecEvent = { type: 'finished', errors: [] };

function runOf(...events: SpecEvent[]): SpecRun {
  const run = new SpecRun();
  for (const event of events) run.take(event);
  return run;
}

describe('a run of specs', () => {
  it('says how many tests passed and failed so far, and which files have been running for longest', () => {
    const run = runOf(PLANNED, started(A, 1000), started(C, 3000), passed(A), passed(A), failed(A), ended(A), started(B, 4000), passed(C));
    expect(run.status(6000)).toBe('3 passed, 1 failed, 1 of 3 files; still running: c/c 3 s, a/deep/b 2 s');
  });

  it('says nothing of running files once none runs', () => {
    expect(runOf(PLANNED, ended(A), ended(B), ended(C)).status(0)).toBe('0 passed, 0 failed, 3 of 3 files');
  });

  it('says what came of a project once all its files have ended', () => {
    const run = runOf(PLANNED, passed(A), skipped(A), ended(A), failed(B));
    expect(run.endOf('libs/a')).toBeUndefined();
    run.take(ended(B));
    expect(run.endOf('libs/a')).toEqual({ passed: 1, failed: 1, skipped: 1 });
    expect(run.endOf('libs/ab')).toBeUndefined();
  });

  it('counts a file that does not load as a failure', () => {
    const run = runOf(PLANNED, ended(A, 'cannot be imported'), ended(B), ended(C), FINISHED);
    expect(run.failures({ isOver: true })).toEqual([{ title: 'the file as a whole', file: A, message: 'cannot be imported' }]);
  });

  it('counts an error outside of any test as a failure', () => {
    const run = runOf(PLANNED, ended(A), ended(B), ended(C), { type: 'finished', errors: ['unhandled'] });
    expect(run.failures({ isOver: true })).toEqual([{ title: 'an error outside of any test', file: '', message: 'unhandled' }]);
  });

  it('counts what never came to its end as a failure, of a run that is over', () => {
    const run = runOf(PLANNED, passed(A), ended(A), started(B, 0), ended(C));
    expect(run.failures({ isOver: false })).toEqual([]);
    expect(run.failures({ isOver: true })).toEqual([{ title: 'never came to its end', file: B, message: 'The run broke off.' }]);
  });

  it.each([[[]], [[PLANNED, ended(A), ended(B), ended(C)]]])('is a failure where it broke off after %j', (events: SpecEvent[]) => {
    expect(runOf(...events).failures({ isOver: true })).toHaveLength(1);
  });
});

it('lines are read once they are whole', () => {
  const folder = mkdtempSync(join(tmpdir(), 'read-appended-'));
  const file = join(folder, 'events');
  writeFileSync(file, '');
  const read = readAppended(file);
  expect(read()).toEqual([]);
  appendFileSync(file, 'one\ntw');
  expect(read()).toEqual(['one']);
  expect(read()).toEqual([]);
  appendFileSync(file, `o\n${'x'.repeat(200_000)}\n`);
  expect(read()).toEqual(['two', 'x'.repeat(200_000)]);
  rmSync(folder, { recursive: true });
});

it('what takes long is begun first', () => {
  const files = ['libs/domain/src/a.spec.ts', 'tools/e2e/src/z.spec.ts', 'tools/image/src/image.spec.ts', 'libs/client/src/b.spec.ts'];
  expect(slowestFirst(files, (file) => file)).toEqual([files[2], files[1], files[3], files[0]]);
});
