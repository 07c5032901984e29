import type { TakenAttempt } from '@mail/persistence';
import { createLogger } from '@mail/runtime';
import { expect, it } from 'vitest';
import { ATTEMPT_TAKEN, ClaimedAttemptsStrategy } from './claimed-attempts.strategy.js';

const named = (attempt_id: string): TakenAttempt[] => [{ attempt_id } as TakenAttempt];

/** A worker with one slot whose sendings do not end by themselves; `answers` are what its turns take. */
function oneSlot(answers: TakenAttempt[][]) {
  const asked: number[] = [];
  const records = {
    waiting: 0,
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
    concurrency: 1,
    pollIntervalMs: 10,
    startLoop: (run) => {
      turn = run;
      return { wake: () => undefined, stop: () => Promise.resolve() };
    },
    subscribe: () => ({ close: () => Promise.resolve() }),
    logger: createLogger({ app: 'attempt-worker', logLevel: 'fatal' }),
  });
  strategy.addHandler(ATTEMPT_TAKEN, () => new Promise(() => undefined), true);
  strategy.listen(() => undefined);
  return { asked, records, strategy, turn: () => turn() };
}

it('asks for what is free, and for nothing while every slot is taken', async () => {
  const { asked, turn } = oneSlot([named('first')]);
  await turn();
  await turn();
  expect(asked).toEqual([1]);
});

it('a slot is free once its mail has been sent, and what is asked for comes with the outcome', async () => {
  const { asked, records, strategy, turn } = oneSlot([named('first'), named('second')]);
  await turn();
  records.waiting = 1;
  strategy.sent('first');
  await turn();
  expect(asked).toEqual([1, 1]);
});

it('an outcome that waits is written also while every slot is taken', async () => {
  const { asked, records, strategy, turn } = oneSlot([named('first'), named('second')]);
  await turn();
  records.waiting = 1;
  strategy.sent('first');
  await turn();
  records.waiting = 1;
  await turn();
  expect(asked).toEqual([1, 1, 0]);
});

it('nothing is taken while as many outcomes as slots cannot be written', async () => {
  const { asked, strategy, turn } = oneSlot([named('first')]);
  await turn();
  strategy.sent('first');
  await turn();
  expect(asked).toEqual([1]);
});
