/** What the run of the specs says of itself, one JSON object a line. Files are named from the root of the repository. */
export type SpecEvent =
  | { readonly type: 'planned'; readonly files: readonly string[] }
  | { readonly type: 'started'; readonly file: string; readonly atMs: number }
  | {
      readonly type: 'test';
      readonly file: string;
      readonly title: string;
      readonly state: 'passed' | 'failed' | 'skipped';
      readonly message?: string;
    }
  | { readonly type: 'ended'; readonly file: string; readonly atMs: number; readonly errors: readonly string[] }
  /** `errors`: of no test and no file. */
  | { readonly type: 'finished'; readonly errors: readonly string[] };

export interface TestFailure {
  readonly title: string;
  readonly file: string;
  readonly message: string;
}

interface SpecFile {
  readonly file: string;
  startedAtMs?: number;
  endedAtMs?: number;
  passed: number;
  skipped: number;
  readonly failures: TestFailure[];
}

/** How far a run of specs is. */
export class SpecRun {
  readonly #files = new Map<string, SpecFile>();
  readonly #outside: TestFailure[] = [];
  #isFinished = false;

  take(event: SpecEvent): void {
    switch (event.type) {
      case 'planned':
        for (const file of event.files) this.#files.set(file, { file, passed: 0, skipped: 0, failures: [] });
        return;
      case 'started':
        this.#of(event.file).startedAtMs = event.atMs;
        return;
      case 'test': {
        const { file, title, message = '' } = event;
        if (event.state === 'failed') this.#of(file).failures.push({ title, file, message });
        else this.#of(file)[event.state] += 1;
        return;
      }
      case 'ended': {
        const of = this.#of(event.file);
        of.endedAtMs = event.atMs;
        // A file that does not load, or a hook that fails, fails no test by name.
        for (const message of event.errors) of.failures.push({ title: 'the file as a whole', file: event.file, message });
        return;
      }
      case 'finished':
        this.#isFinished = true;
        for (const message of event.errors) this.#outside.push({ title: 'an error outside of any test', file: '', message });
    }
  }

  #of(file: string): SpecFile {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const added: SpecFile = { file, passed: 0, skipped: 0, failures: [] };
    this.#files.set(file, added);
    return added;
  }

  get files(): readonly Readonly<SpecFile>[] {
    return [...this.#files.values()];
  }

  get passed(): number {
    return this.files.reduce((sum, { passed }) => sum + passed, 0);
  }

  /** So far; of a run that is over, also what never came to its end. */
  failures({ isOver }: { isOver: boolean }): TestFailure[] {
    const failures = [...this.files.flatMap((file) => file.failures), ...this.#outside];
    if (!isOver) return failures;
    for (const { file, endedAtMs } of this.files) {
      if (endedAtMs === undefined) failures.push({ title: 'never came to its end', file, message: 'The run broke off.' });
    }
    if (!this.#isFinished && failures.length === 0) failures.push({ title: 'the run of the specs broke off', file: '', message: '' });
    return failures;
  }

  /** The files of `folder` together, once all of them have ended. */
  endOf(folder: string): { passed: number; failed: number; skipped: number } | undefined {
    const files = this.files.filter(({ file }) => file.startsWith(`${folder}/`));
    if (files.length === 0 || files.some(({ endedAtMs }) => endedAtMs === undefined)) return undefined;
    const sum = (of: (file: Readonly<SpecFile>) => number): number => files.reduce((total, file) => total + of(file), 0);
    return { passed: sum(({ passed }) => passed), failed: sum(({ failures }) => failures.length), skipped: sum(({ skipped }) => skipped) };
  }

  /** One line: how many are done, how many failed, and which have been running for longest. */
  status(nowMs: number): string {
    const { files } = this;
    const ended = files.filter(({ endedAtMs }) => endedAtMs !== undefined).length;
    const running = files
      .flatMap(({ file, startedAtMs, endedAtMs }) => (startedAtMs === undefined || endedAtMs !== undefined ? [] : [{ file, startedAtMs }]))
      .sort((a, b) => a.startedAtMs - b.startedAtMs)
      .slice(0, 3)
      .map(({ file, startedAtMs }) => `${shortName(file)} ${Math.round((nowMs - startedAtMs) / 1000)} s`);
    const counts = `${this.passed} passed, ${this.failures({ isOver: false }).length} failed, ${ended} of ${files.length} files`;
    return running.length === 0 ? counts : `${counts}; still running: ${running.join(', ')}`;
  }
}

/** `tools/e2e/src/console/console.spec.ts` as `e2e/console/console`. */
function shortName(file: string): string {
  return file
    .replace(/^[^/]+\//, '')
    .replace('/src/', '/')
    .replace(/\.spec\.ts$/, '');
}
