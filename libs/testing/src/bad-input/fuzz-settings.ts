/** Of a fuzzer: how many commands it tries, and from which seed. Set by `FUZZ_RUNS` and `FUZZ_SEED`; the seed is printed. */
export interface FuzzSettings {
  readonly runs: number;
  readonly seed: number;
}

export function fuzzSettings(name: string, defaultRuns: number): FuzzSettings {
  const { FUZZ_RUNS, FUZZ_SEED } = process.env;
  const settings = { runs: positive(FUZZ_RUNS) ?? defaultRuns, seed: positive(FUZZ_SEED) ?? Math.floor(Math.random() * 2 ** 31) };
  console.log(`${name}: FUZZ_SEED=${settings.seed} FUZZ_RUNS=${settings.runs}`);
  return settings;
}

function positive(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  if (!/^[1-9][0-9]{0,9}$/.test(text)) throw new Error('FUZZ_SEED and FUZZ_RUNS are whole numbers from 1');
  return Number(text);
}
