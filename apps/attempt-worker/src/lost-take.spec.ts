import { giveBackUnstarted, isEffectUnknown, takeAttempts, type Database, type TakenAttempt } from '@mail/persistence';
import { createLogger } from '@mail/runtime';
import { eventually, testDatabase, type TestDatabase } from '@mail/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimedAttempt } from '../testing/claimed-attempt.js';
import { openSpecDatabase } from '../testing/open-spec-database.js';
import { ATTEMPT_TAKEN, ClaimedAttemptsStrategy } from './claimed-attempts.strategy.js';

const WORKER = 'worker-1';
const logger = createLogger({ app: 'attempt-worker', logLevel: 'fatal' });

let test: TestDatabase;
let database: Database;
/** What the worker sends; each ends when the spec lets it. */
let sending: Map<string, PromiseWithResolvers<void>>;
beforeEach(async () => {
  test = await testDatabase();
  sending = new Map();
  database = await openSpecDatabase(test.dsn);
});
afterEach(async () => {
  await database.close();
  await test.drop();
});

type OnItsWay<T> = (done: () => Promise<T>) => Promise<T>;

/** A worker whose turns the spec runs by hand. `take` and `giveBack`: what becomes of its statements and their answers on the way. */
function worker({
  take = (done) => done(),
  giveBack = (done) => done(),
  statementMs = 300,
}: { take?: OnItsWay<TakenAttempt[]>; giveBack?: OnItsWay<string[]>; statementMs?: number } = {}) {
  let underWay: Promise<unknown> = Promise.resolve();
  let run: () => Promise<unknown> = () => Promise.resolve();
  const strategy = new ClaimedAttemptsStrategy({
    records: {
      waiting: 0,
      locked: 0,
      take: (free) => takeAttempts(database, free, WORKER),
      writeAndTake: (free) => take(() => takeAttempts(database, free, WORKER)),
      flush: () => undefined,
    },
    giveBack: (known) => giveBack(() => giveBackUnstarted(database, WORKER, known, () => undefined)),
    statementMs,
    concurrency: 10,
    pollIntervalMs: 10,
    startLoop: (turn) => {
      run = turn;
      return { wake: () => undefined, stop: () => underWay.then(() => undefined) };
    },
    subscribe: () => ({ close: () => Promise.resolve() }),
    logger,
  });
  const send = ({ attempt_id }: TakenAttempt): Promise<void> => {
    const sent = Promise.withResolvers<void>();
    sending.set(attempt_id, sent);
    return sent.promise;
  };
  strategy.addHandler(ATTEMPT_TAKEN, send, true);
  strategy.listen(() => undefined);
  return {
    strategy,
    /** One turn; what it fails of is its loop's matter. */
    turn: (): Promise<void> => {
      const turn = run().then(
        () => undefined,
        () => undefined,
      );
      underWay = turn;
      return turn;
    },
  };
}

const claimed = (): Promise<string> => claimedAttempt(test);

const statuses = async (): Promise<Record<string, string>> => {
  const { rows } = await test.client.query<{ attempt_id: string; status: string }>('select attempt_id, status from attempts');
  return Object.fromEntries(rows.map(({ attempt_id, status }) => [attempt_id, status]));
};

const answerLost = async (taken: () => Promise<TakenAttempt[]>): Promise<never> => {
  await taken();
  throw new Error('Connection terminated unexpectedly');
};

/** Loses the answer of the first take, which takes effect only at `commit`; those after it pass. */
function heldUp() {
  const released = Promise.withResolvers<void>();
  let committed: Promise<unknown> | null = null;
  return {
    lose: async (taken: () => Promise<TakenAttempt[]>): Promise<TakenAttempt[]> => {
      if (committed !== null) return taken();
      const begun = Promise.withResolvers<void>();
      committed = database.transaction(async (client) => {
        await takeAttempts(client, 10, WORKER);
        begun.resolve();
        await released.promise;
      });
      await begun.promise;
      throw new Error('timeout');
    },
    commit: async (): Promise<void> => {
      released.resolve();
      await committed;
    },
  };
}

describe('a take that took effect and whose answer was lost', () => {
  it('is given back at the next turn, and nothing of it is sent', async () => {
    const lost = await claimed();
    const { turn } = worker({ take: answerLost });
    await turn();
    expect(await statuses()).toEqual({ [lost]: 'in_progress' });
    await turn();
    expect(await statuses()).toEqual({ [lost]: 'scheduled' });
    expect(sending.size).toBe(0);
  });

  it('costs nothing of what is being sent', async () => {
    const first = await claimed();
    let losing = false;
    const { turn } = worker({ take: (taken) => (losing ? answerLost(taken) : taken()) });
    await turn();
    const lost = await claimed();
    losing = true;
    await turn();
    losing = false;
    await turn();
    expect(await statuses()).toEqual({ [first]: 'in_progress', [lost]: 'scheduled' });
  });

  it('costs nothing of what was sent, and has no outcome', async () => {
    const sent = await claimed();
    let losing = false;
    const { turn } = worker({ take: (taken) => (losing ? answerLost(taken) : taken()) });
    await turn();
    sending.get(sent)?.reject(new Error('the outcome cannot be written'));
    const lost = await claimed();
    losing = true;
    await turn();
    await turn();
    expect(await statuses()).toEqual({ [sent]: 'in_progress', [lost]: 'scheduled' });
  });

  it('and that takes effect only after a first look, is given back all the same', async () => {
    const late = await claimed();
    const { lose, commit } = heldUp();
    const { turn, strategy } = worker({ take: lose });
    await turn();
    await turn();
    expect(await statuses()).toEqual({ [late]: 'claimed' });
    await commit();
    await strategy.close();
    expect(await statuses()).toEqual({ [late]: 'scheduled' });
    expect(sending.size).toBe(0);
  });

  it('is looked for as long again after a look that failed: what held up the one may hold up the other', async () => {
    const late = await claimed();
    const { lose, commit } = heldUp();
    let failing = true;
    const { turn, strategy } = worker({
      take: lose,
      giveBack: async (done) => {
        if (!failing) return done();
        failing = false;
        await test.client.query('select pg_sleep(0.4)');
        throw new Error('timeout');
      },
    });
    await turn();
    await turn();
    await turn();
    expect(await statuses()).toEqual({ [late]: 'claimed' });
    await commit();
    await strategy.close();
    expect(await statuses()).toEqual({ [late]: 'scheduled' });
  });

  it('is looked for until the giving back succeeds', async () => {
    const lost = await claimed();
    const { turn } = worker({ take: answerLost });
    await turn();
    await test.allowConnections(false);
    await turn();
    await test.allowConnections(true);
    await turn();
    expect(await statuses()).toEqual({ [lost]: 'scheduled' });
  });
});

describe('a worker that is told to stop', () => {
  it('gives back what a take under way still brings, and sends nothing of it', async () => {
    const attempt = await claimed();
    const released = Promise.withResolvers<void>();
    const { turn, strategy } = worker({ take: (taken) => released.promise.then(taken) });
    const underWay = turn();
    const closed = strategy.close();
    released.resolve();
    await Promise.all([underWay, closed]);
    expect(await statuses()).toEqual({ [attempt]: 'scheduled' });
    expect(sending.size).toBe(0);
  });

  it('gives back what a lost take has bound to it, and leaves only then', async () => {
    const lost = await claimed();
    const { turn, strategy } = worker({ take: answerLost });
    await turn();
    await strategy.close();
    expect(await statuses()).toEqual({ [lost]: 'scheduled' });
  });

  it('leaves at once during an outage in which nothing was taken', async () => {
    const { turn, strategy } = worker();
    await test.allowConnections(false);
    const probe = () => database.query({ name: 'probe', text: 'select 1', values: [] });
    await eventually('connections are refused', () =>
      probe().then(
        () => false,
        (error: unknown) => !isEffectUnknown(error),
      ),
    );
    await turn();
    await strategy.close();
    await test.allowConnections(true);
  });

  it('waits for what is being sent', async () => {
    const attempt = await claimed();
    const { turn, strategy } = worker();
    await turn();
    const closed = strategy.close();
    expect(await Promise.race([closed.then(() => 'closed'), test.client.query('select').then(() => 'waits')])).toBe('waits');
    sending.get(attempt)?.resolve();
    await closed;
  });
});

it('a take whose answer is older than any can be is given back, since recovery may have settled it: the process was frozen', async () => {
  const attempt = await claimed();
  const { turn } = worker({
    statementMs: 20,
    take: async (taken) => {
      const answer = await taken();
      await test.client.query('select pg_sleep(0.05)');
      return answer;
    },
  });
  await turn();
  expect(sending.size).toBe(0);
  await turn();
  expect(await statuses()).toEqual({ [attempt]: 'scheduled' });
});
