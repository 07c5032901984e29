import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReport } from './read-report.ts';

const WHOLE = JSON.stringify({ success: true, numPassedTests: 3, numPendingTests: 1, numTodoTests: 0, testResults: [] });

describe('the report of a test run', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'read-report-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (text: string) => {
    const file = join(folder, 'tests.json');
    writeFileSync(file, text);
    return readReport(file, folder);
  };

  it('is read once it is whole', () => {
    expect(read(WHOLE)).toEqual({ passed: 3, skipped: 1, failures: [] });
  });

  it.each([0, 1, WHOLE.length - 1])('is not there yet while only %i of its characters are', (length) => {
    expect(read(WHOLE.slice(0, length))).toBeUndefined();
  });

  it('is not there where no file is', () => {
    expect(readReport(join(folder, 'none.json'), folder)).toBeUndefined();
  });
});
