import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { MEASURED } from './service-times.ts';
import type { System } from './system.ts';

export interface Options {
  readonly system: System;
  readonly p99AtMostMs: number;
  readonly size: boolean;
  readonly svg: string | undefined;
}

const number = (name: string, text: string, least: number): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value < least) throw new Error(`--${name} is "${text}": it must be a number, ${least} or more`);
  return value;
};

/** One measured time a line, in ms. */
function readTimes(file: string): number[] {
  const times = readFileSync(file, 'utf8')
    .split(/\s+/)
    .filter((text) => text !== '')
    .map(Number);
  if (times.length === 0 || times.some((time) => !Number.isFinite(time) || time < 0)) {
    throw new Error(`--smtp-times: ${file} must hold times in ms, one a line`);
  }
  return times;
}

/** Reads the command line; throws with what is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rate: { type: 'string', default: '200' },
      'http-share': { type: 'string', default: '0.5' },
      workers: { type: 'string', default: '2' },
      slots: { type: 'string', default: '16' },
      intakes: { type: 'string', default: '2' },
      'postgres-cores': { type: 'string', default: '2' },
      window: { type: 'string', default: '2000' },
      'smtp-times': { type: 'string' },
      seconds: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      p99: { type: 'string', default: '1000' },
      size: { type: 'boolean', default: false },
      svg: { type: 'string' },
    },
  });
  const rate = number('rate', values.rate, 0.1);
  const share = number('http-share', values['http-share'], 0);
  if (share > 1) throw new Error(`--http-share is "${values['http-share']}": it must be between 0 and 1`);
  const smtp = values['smtp-times'];
  return {
    system: {
      streamPerSecond: rate * (1 - share),
      httpPerSecond: rate * share,
      intakes: Math.ceil(number('intakes', values.intakes, 1)),
      workers: Math.ceil(number('workers', values.workers, 1)),
      slots: Math.ceil(number('slots', values.slots, 1)),
      postgresCores: Math.ceil(number('postgres-cores', values['postgres-cores'], 1)),
      window: number('window', values.window, 1),
      seconds: number('seconds', values.seconds, 1),
      seed: number('seed', values.seed, 0),
      times: smtp === undefined ? MEASURED : { ...MEASURED, smtpMs: readTimes(smtp) },
    },
    p99AtMostMs: number('p99', values.p99, 1),
    size: values.size,
    svg: values.svg,
  };
}
