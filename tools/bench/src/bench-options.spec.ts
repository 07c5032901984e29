import { Trouble } from '@mail/local/trouble';
import { describe, expect, it } from 'vitest';
import { benchOptions } from './bench-options.ts';

describe('the options of the bench', () => {
  it('write the page from a whole run only, or where it is asked for', () => {
    expect(benchOptions([]).write).toBe(true);
    for (const args of [['--quick'], ['--only', 'c'], ['--peers', 'pg-boss'], ['--rounds', '1'], ['--mails', '500']]) {
      expect(benchOptions(args).write).toBe(false);
      expect(benchOptions([...args, '--write']).write).toBe(true);
    }
  });

  it('take some measurements', () => {
    expect([...benchOptions(['--only', 'c, e']).only]).toEqual(['c', 'e']);
  });

  it('are quick with one peer and no more than 50 000 rows', () => {
    const { peers, backlogs, finished, commands } = benchOptions(['--quick']);
    expect(peers).toEqual(['pg-boss']);
    expect(Math.max(...backlogs, ...finished, commands)).toBeLessThanOrEqual(50_000);
  });

  it('are quick by leaving out finished deliveries, cold starts and limits, unless they are asked for', () => {
    expect([...benchOptions(['--quick']).only].join('')).toBe('abcdegi');
    expect([...benchOptions(['--quick', '--only', 'f']).only]).toEqual(['f']);
    expect([...benchOptions([]).only].join('')).toBe('abcdefghij');
  });

  it.each([[['--only', 'x']], [['--peers', 'agenda']], [['--rounds', '0']], [['--mails', 'many']], [['--fast']]])('refuse %j', (args) => {
    expect(() => benchOptions(args)).toThrow(Trouble);
  });
});
