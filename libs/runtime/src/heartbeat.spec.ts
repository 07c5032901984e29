import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { heartbeatFile } from './heartbeat.js';

let folder: string;
let file: string;
const faults: unknown[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heartbeat-'));
  file = join(folder, 'heartbeat');
  faults.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => heartbeatFile(file, 65_000, (error) => faults.push(error));
const ageMs = (): number => Date.now() - statSync(file).mtimeMs;
const age = (): void => utimesSync(file, new Date(0), new Date(0));

it('the first beat writes the file, with the bound that the probe holds it to', () => {
  open().beat();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ pid: process.pid, max_age_ms: 65_000 });
  expect(ageMs()).toBeLessThan(2_000);
});

it('beats within a second of the last write cost none', () => {
  const heartbeat = open();
  heartbeat.beat();
  age();
  heartbeat.beat();
  expect(statSync(file).mtimeMs).toBe(0);
});

it('a touch writes at once', () => {
  const heartbeat = open();
  heartbeat.beat();
  age();
  heartbeat.touch();
  expect(ageMs()).toBeLessThan(2_000);
});

it('what only listens is renewed without pulses; where there are pulses, they alone count', () => {
  const heartbeat = open();
  heartbeat.touch();
  age();
  heartbeat.touchUnlessPulsed();
  expect(ageMs()).toBeLessThan(2_000);
  const pulse = heartbeat.pulse();
  age();
  heartbeat.touchUnlessPulsed();
  expect(statSync(file).mtimeMs).toBe(0);
  pulse.end();
  heartbeat.touchUnlessPulsed();
  expect(ageMs()).toBeLessThan(2_000);
});

it('one hung loop ages the file, though others go on', () => {
  vi.useFakeTimers({ toFake: ['performance', 'Date'] });
  try {
    const heartbeat = open();
    const hung = heartbeat.pulse();
    const lively = heartbeat.pulse();
    vi.advanceTimersByTime(10_000);
    lively.beat();
    expect(ageMs()).toBeGreaterThanOrEqual(9_999);
    hung.end();
    vi.advanceTimersByTime(10_000);
    lively.beat();
    expect(ageMs()).toBeLessThan(1_000);
  } finally {
    vi.useRealTimers();
  }
});

it('is written again when someone removed the file', () => {
  const heartbeat = open();
  heartbeat.touch();
  rmSync(file);
  heartbeat.touch();
  expect(existsSync(file)).toBe(true);
});

it('replaces what an earlier process left', () => {
  writeFileSync(file, '{"pid":1,"max_age_ms":1}');
  open().touch();
  expect(readFileSync(file, 'utf8')).toContain('65000');
});

it('does not write through a link that someone planted', () => {
  const target = join(folder, 'target');
  writeFileSync(target, 'precious');
  symlinkSync(target, file);
  open().touch();
  expect(readFileSync(target, 'utf8')).toBe('precious');
  expect(lstatSync(file).isSymbolicLink()).toBe(false);
});

it('tells once that it cannot be written, and never throws', () => {
  file = join(folder, 'missing', 'heartbeat');
  const heartbeat = open();
  heartbeat.touch();
  heartbeat.touch();
  expect(faults).toHaveLength(1);
});

it('removed, the process has no heartbeat', () => {
  const heartbeat = open();
  heartbeat.touch();
  heartbeat.remove();
  expect(existsSync(file)).toBe(false);
});
