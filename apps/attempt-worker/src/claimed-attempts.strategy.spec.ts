import type { TakenAttempt } from '@mail/persistence';
import { createLogger } from '@mail/runtime';
import { eventually } from '@mail/testing';
import { expect, it, vi } from 'vitest';
import { ATTEMPT_TAKEN, ClaimedAttemptsStrategy } from './claimed-attempts.strategy.js';

const named = (attempt_id: string): TakenAttempt[] => [{ attempt_id } as TakenAttempt];

/** A worker whose sendings do not end by themselves; `answers` are what its turns take. */
function worker(concurrency: number, answers: TakenAttempt[][]) {
  const asked: number[] = [];
  const begun: string[] = [];
  const records = {
    waiting: 0,
    locked: 0,
    take: () => Promise.resolve([]),
    writeAndTake: (free: number): Promise<TakenAttempt[]> => {
      asked.push(free);
      records.waiting = 0;
      return Promise.resolve(answers.shift() ?? []);
    },
    flush: () => undefined,
  };
  let turn: () => Promise<unknown> = () => Promise.resolve();
  const strategy = new ClaimedAttemptsStrategy({
    records,
    giveBack: () => Promise.resolve([]),
    statementMs: 60_000,
    concurrency,
    pollIntervalMs: 10,
    startLoop: (run) => {
      turn = run;
      return { wake: () => undefined, stop: () => Promise.resolve() };
    },
    subscribe: () => ({ close: () => Promise.resolve() }),
    logger: createLogger({ app: 'attempt-worker', logLevel: 'fatal' }),
  });
  const send = ({ attempt_id }: TakenAttempt): Promise<never> => {
    begun.push(attempt_id);
    return new Promise(() => undefined);
  };
  strategy.addHandler(ATTEMPT_TAKEN, send, true);
  strategy.listen(() => undefined);
  return { asked, begun, records, strategy, turn: () => turn() };
}

it('asks for what is free, and for nothing while every slot is taken', async () => {
  const { asked, turn } = worker(1, [named('first')]);
  await turn();
  await turn();
  expect(asked).toEqual([1]);
});

it('a slot is free once its mail has been sent, and what is asked for comes with the outcome', async () => {
  const { asked, records, strategy, turn } = worker(1, [named('first'), named('second')]);
  await turn();
  records.waiting = 1;
  strategy.sent('first');
  await turn();
  expect(asked).toEqual([1, 1]);
});

it('an outcome that waits is written also while every slot is taken', async () => {
  const { asked, records, strategy, turn } = worker(1, [named('first'), named('second')]);
  await turn();
  records.waiting = 1;
  strategy.sent('first');
  await turn();
  records.waiting = 1;
  await turn();
  expect(asked).toEqual([1, 1, 0]);
});

it('nothing is taken while as many outcomes as slots cannot be written', async () => {
  const { asked, strategy, turn } = worker(1, [named('first')]);
  await turn();
  strategy.sent('first');
  await turn();
  expect(asked).toEqual([1]);
});

it('of many that were taken, a few are begun in one turn of the event loop, and each holds a slot at once', async () => {
  const taken = [...Array(20).keys()].flatMap((number) => named(`attempt ${number}`));
  const { asked, begun, turn } = worker(32, [taken]);
  await turn();
  expect(begun.length).toBeLessThanOrEqual(4);
  await turn();
  expect(asked).toEqual([32, 12]);
  await eventually('all are begun', () => begun.length === 20);
  expect(begun).toEqual(taken.map(({ attempt_id }) => attempt_id));
});

it('sixteen outcomes are written without waiting for those that are still being sent', async () => {
  const taken = [...Array(20).keys()].flatMap((number) => named(`attempt ${number}`));
  const { asked, records, strategy, turn } = worker(20, [taken]);
  await turn();
  for (const { attempt_id } of taken.slice(0, 16)) strategy.sent(attempt_id);
  records.waiting = 16;
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  try {
    await turn();
  } finally {
    vi.useRealTimers();
  }
  expect(asked).toEqual([20, 16]);
});
