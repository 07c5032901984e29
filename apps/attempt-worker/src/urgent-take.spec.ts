import type { TakenAttempt } from '@mail/persistence';
import { createLogger } from '@mail/runtime';
import { eventually } from '@mail/testing';
import { expect, it } from 'vitest';
import { ATTEMPT_TAKEN, ClaimedAttemptsStrategy } from './claimed-attempts.strategy.js';

const SLOTS = 16;
/** Once all that waits for nothing has come about. */
const later = () => new Promise((resolve) => setImmediate(resolve));
const named = (attempt_id: string): TakenAttempt => ({ attempt_id }) as TakenAttempt;

/** A statement that is under way until the spec answers it. */
interface UnderWay extends PromiseWithResolvers<TakenAttempt[]> {
  readonly limit: number;
}

/** A worker whose sendings do not end, and whose statements the spec answers. */
function worker() {
  const ordinary: UnderWay[] = [];
  const urgent: UnderWay[] = [];
  const sent: string[] = [];
  let givenBack = 0;
  let turn: () => Promise<unknown> = () => Promise.resolve();
  let tell: (lane: number) => void = () => undefined;
  const asked = (where: UnderWay[]) => (limit: number) => {
    const statement = { limit, ...Promise.withResolvers<TakenAttempt[]>() };
    where.push(statement);
    return statement.promise;
  };
  const strategy = new ClaimedAttemptsStrategy({
    records: { waiting: 0, locked: 0, writeAndTake: asked(ordinary), take: asked(urgent), flush: () => undefined },
    giveBack: () => {
      givenBack += 1;
      return Promise.resolve([]);
    },
    statementMs: 60_000,
    concurrency: SLOTS,
    pollIntervalMs: 10,
    startLoop: (run) => {
      turn = run;
      return { wake: () => undefined, stop: () => Promise.resolve() };
    },
    subscribe: (wake) => {
      tell = wake;
      return { close: () => Promise.resolve() };
    },
    logger: createLogger({ app: 'attempt-worker', logLevel: 'fatal' }),
  });
  strategy.addHandler(
    ATTEMPT_TAKEN,
    ({ attempt_id }: TakenAttempt) => {
      sent.push(attempt_id);
      return new Promise(() => undefined);
    },
    true,
  );
  strategy.listen(() => undefined);
  /** Begins a turn, and resolves once its statement is under way. */
  const begin = async () => {
    const nth = ordinary.length;
    const done = turn().catch(() => undefined);
    await eventually('a statement is under way', () => ordinary.length > nth);
    return { statement: ordinary[nth] as UnderWay, done };
  };
  return { strategy, ordinary, urgent, sent, begin, turn: () => turn(), tell: (lane: number) => tell(lane), givenBack: () => givenBack };
}

it('urgent mail is taken beside a statement that is under way, into slots that were kept free for it', async () => {
  const { tell, begin, urgent, sent } = worker();
  tell(0);
  const { statement } = await begin();
  expect(statement.limit).toBe(SLOTS - 2);
  expect(urgent).toEqual([]);
  tell(0);
  expect(urgent.map(({ limit }) => limit)).toEqual([2]);
  urgent[0]?.resolve([named('code')]);
  await eventually('it is sent', () => sent.length > 0);
  expect(sent).toEqual(['code']);
});

it('what comes while urgent mail is being taken is taken next', async () => {
  const { tell, begin, urgent, sent } = worker();
  tell(0);
  await begin();
  tell(0);
  tell(0);
  tell(0);
  urgent[0]?.resolve([named('first')]);
  await eventually('the next is taken', () => urgent.length > 1);
  expect(urgent.map(({ limit }) => limit)).toEqual([2, 1]);
  urgent[1]?.resolve([named('second')]);
  await eventually('both are sent', () => sent.length > 1);
  expect(urgent.length).toBe(2);
});

it('never more than there are slots: where a statement asks for all, the next turn takes it', async () => {
  const { tell, begin, urgent } = worker();
  const { statement } = await begin();
  expect(statement.limit).toBe(SLOTS);
  tell(0);
  expect(urgent).toEqual([]);
});

it('other mail waits for the turn', async () => {
  const { tell, begin, urgent } = worker();
  tell(0);
  await begin();
  tell(1);
  tell(2);
  expect(urgent).toEqual([]);
});

it('nothing is given back while urgent mail is being taken: it would be sent all the same', async () => {
  const { tell, begin, urgent, turn, givenBack } = worker();
  tell(0);
  const { statement, done } = await begin();
  tell(0);
  statement.reject(new Error('Connection terminated unexpectedly'));
  await done;
  void turn();
  await later();
  expect(givenBack()).toBe(0);
  urgent[0]?.resolve([]);
  await eventually('the turn goes on', () => givenBack() > 0);
});

it('a stop waits for the take that is under way, and leaves what it brings to be given back', async () => {
  const { tell, begin, urgent, sent, strategy, givenBack } = worker();
  tell(0);
  const { statement } = await begin();
  tell(0);
  const closed = strategy.close();
  statement.resolve([]);
  expect(await Promise.race([closed, later().then(() => 'waiting')])).toBe('waiting');
  urgent[0]?.resolve([named('late')]);
  await closed;
  expect(sent).toEqual([]);
  expect(givenBack()).toBe(1);
});
