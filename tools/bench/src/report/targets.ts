import { apps } from '@mail/local/app-environment';
import { peerNames } from '../contenders/contender-names.ts';
import type { Figures, Measurement } from './figures.ts';
import { spreadOf } from './spread.ts';
import type { Spread } from './spread.ts';

/** What is promised, as a value of each round: a ratio of two figures of that round, or one figure. */
export interface Target {
  readonly measurement: Measurement;
  readonly what: string;
  readonly bound: { readonly atLeast: number } | { readonly atMost: number };
  readonly unit: '×' | 'MB' | 's' | 'µs' | 'statements';
  /** By round; empty where it was not measured. */
  values(figures: Figures): readonly number[];
}

/** `missed`: by every round. `in reach`: by the median, but not by every round. */
export type Verdict = 'met' | 'in reach' | 'missed';

export interface Judged {
  readonly target: Target;
  readonly spread: Spread;
  readonly verdict: Verdict;
}

type Pick = (values: readonly number[]) => number;
const most: Pick = (values) => Math.max(...values);
const least: Pick = (values) => Math.min(...values);

/** Ours by the best of the others, round by round. */
function against(measurement: Measurement, what: string, others: readonly string[], best: Pick, theirs = what, whose = 'ours') {
  return (figures: Figures): number[] =>
    [...figures.rounds(measurement, what, whose)].flatMap(([round, value]) => {
      const found = others.flatMap((other) => figures.rounds(measurement, theirs, other).get(round) ?? []);
      return found.length === 0 ? [] : [value / best(found)];
    });
}

const plain =
  (measurement: Measurement, what: string, whose: string) =>
  (figures: Figures): number[] => [...figures.rounds(measurement, what, whose).values()];

const postgresPeers = ['pg-boss', 'graphile-worker'];

export const targets: readonly Target[] = [
  {
    measurement: 'a',
    what: 'accepted through the stream, against the best one-by-one enqueue at 32',
    bound: { atLeast: 8 },
    unit: '×',
    values: against('a', 'commands/s', postgresPeers, most, 'one by one at 32, jobs/s'),
  },
  {
    measurement: 'a',
    what: 'accepted through the stream, against the best bulk insert',
    bound: { atLeast: 1 },
    unit: '×',
    values: against('a', 'commands/s', postgresPeers, most, 'in bulk, jobs/s'),
  },
  ...[32, 128].map((connections): Target => ({
    measurement: 'b',
    what: `accepted over HTTP at ${connections} connections, against one transaction a request`,
    bound: { atLeast: 3 },
    unit: '×',
    values: against('b', `at ${connections} connections, requests/s`, ['one transaction a request'], most),
  })),
  {
    measurement: 'c',
    what: 'end to end, against the best peer',
    bound: { atLeast: 3 },
    unit: '×',
    values: against('c', 'mails/s', peerNames, most),
  },
  ...['p50', 'p99'].map((which): Target => ({
    measurement: 'd',
    what: `latency ${which} at 10/s, against the best peer`,
    bound: { atMost: 1 },
    unit: '×',
    values: against('d', `${which}, ms`, peerNames, least),
  })),
  {
    measurement: 'e',
    what: 'a login code over the smaller backlog, p99, against the best peer',
    bound: { atMost: 0.5 },
    unit: '×',
    values: against('e', 'p99 over the smaller backlog, ms', peerNames, least),
  },
  {
    measurement: 'e',
    what: 'a login code over one million, p99, against our own over the smaller backlog',
    bound: { atMost: 1.5 },
    unit: '×',
    values: against('e', 'p99 over 1000000, ms', ['ours'], least, 'p99 over the smaller backlog, ms'),
  },
  ...([1, 5] as const).flatMap((millions) =>
    (
      [
        ['commands/s', 'atLeast'],
        ['requests/s', 'atLeast'],
        ['mails/s', 'atLeast'],
        ['p50, ms', 'atMost'],
        ['p99, ms', 'atMost'],
      ] as const
    ).map(([what, sense]): Target => {
      const share = millions === 1 ? 0.1 : 0.15;
      return {
        measurement: 'f',
        what: `${what.replace(', ms', ' latency')} with ${millions} million finished, against none`,
        bound: sense === 'atLeast' ? { atLeast: 1 - share } : { atMost: 1 + share },
        unit: '×',
        values: against('f', `${what} with ${millions} million`, ['ours'], most, `${what} with 0 million`),
      };
    }),
  ),
  ...apps.map((app): Target => ({
    measurement: 'g',
    what: `memory of ${app}, at most`,
    bound: { atMost: 160 },
    unit: 'MB',
    values: plain('g', 'peak, MB', app),
  })),
  ...apps.map((app): Target => ({
    measurement: 'h',
    what: `cold start of ${app}`,
    bound: { atMost: 2.5 },
    unit: 's',
    values: plain('h', 'to ready, s', app),
  })),
  {
    measurement: 'i',
    what: 'processor time of a mail: all processes and PostgreSQL',
    bound: { atMost: 600 },
    unit: 'µs',
    values: plain('i', 'CPU, µs/mail', 'ours'),
  },
  {
    measurement: 'i',
    what: 'statements of a mail',
    bound: { atMost: 0.1 },
    unit: 'statements',
    values: plain('i', 'statements/mail', 'ours'),
  },
];

/** What became of each target that was measured. */
export function judge(figures: Figures): Judged[] {
  return targets.flatMap((target) => {
    const spread = spreadOf(target.values(figures));
    if (spread === undefined) return [];
    const meets = (value: number): boolean => ('atLeast' in target.bound ? value >= target.bound.atLeast : value <= target.bound.atMost);
    const verdict = meets(spread.median) ? 'met' : meets(spread.min) || meets(spread.max) ? 'in reach' : 'missed';
    return [{ target, spread, verdict }];
  });
}
