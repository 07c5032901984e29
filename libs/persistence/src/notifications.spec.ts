import { eventually } from '@mail/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { aDelivery } from '../testing/a-delivery.js';
import { notifier, subscribe, type Subscription } from './notifications.js';
import type { Runner } from './statement.js';
import { claimDueAttempts } from './statements/claim-due-attempts.js';

let spec: SpecDatabase;
const open: Subscription[] = [];
beforeAll(async () => {
  spec = await specDatabase();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((subscription) => subscription.close()));
});
afterAll(() => spec.drop());

/** Subscribes; what arrives is a list of lanes. A subscription tells of lane 0 first, since something may have come before it listened. */
async function listening(channel: 'mail_due' | 'mail_claimed', name = 'mail spec'): Promise<number[]> {
  const lanes: number[] = [];
  open.push(subscribe(spec.dsn, name, channel, (lane) => lanes.push(lane)));
  await eventually('the subscription listens', () => lanes.length === 1);
  lanes.length = 0;
  return lanes;
}

const listeners = (name: string) =>
  spec.rows<{ pid: number }>('select pid from pg_stat_activity where application_name = $1 and datname = current_database()', [
    `${name} listen`,
  ]);

describe('a notification', () => {
  it('reaches whoever listens to its channel, and nobody else', async () => {
    const [due, claimed] = [await listening('mail_due'), await listening('mail_claimed')];
    notifier(spec.database, 'mail_claimed', true).notify(2);
    await eventually('the notification arrives', () => claimed.length === 1);
    expect(claimed).toEqual([2]);
    expect(due).toEqual([]);
  });

  it('tells of the most urgent lane that a claim claimed, once, and not where it is told not to', async () => {
    const told = await listening('mail_claimed');
    await spec.accept(...(['bulk', 'normal', 'high', 'bulk'] as const).map((priority) => aDelivery({ priority })));
    await claimDueAttempts(spec.database, [1, 0, 0], false);
    await claimDueAttempts(spec.database, [1, 1, 1], true);
    await claimDueAttempts(spec.database, [1, 1, 1], true);
    await claimDueAttempts(spec.database, [1, 1, 2], true);
    await eventually('both claims are told of', () => told.length === 2);
    expect(told).toEqual([1, 2]);
  });

  it('is not sent where notifications are switched off', async () => {
    const due = await listening('mail_due');
    notifier(spec.database, 'mail_due', false).notify(1);
    notifier(spec.database, 'mail_due', true).notify(2);
    await eventually('the other arrives', () => due.length > 0);
    expect(due).toEqual([2]);
  });

  it('stands for all that come while one is under way, with the most urgent lane', async () => {
    const sent: unknown[] = [];
    const answers: (() => void)[] = [];
    const runner: Runner = {
      query: ({ values }) => {
        sent.push(values[1]);
        return new Promise((resolve) => answers.push(() => resolve({ rows: [] })));
      },
    };
    const { notify } = notifier(runner, 'mail_due', true);
    for (const lane of [2, 2, 1, 0, 2]) notify(lane);
    expect(sent).toEqual(['2']);
    answers.shift()?.();
    await eventually('the second is sent', () => sent.length === 2);
    expect(sent).toEqual(['2', '0']);
    answers.shift()?.();
    await eventually('the next goes out at once', () => {
      notify(1);
      return sent.length === 3;
    });
  });

  it('that cannot be sent harms nobody, and the next one is sent', async () => {
    const due = await listening('mail_due');
    let down = true;
    const runner: Runner = { query: (config) => (down ? Promise.reject(new Error('down')) : spec.database.query(config)) };
    const { notify } = notifier(runner, 'mail_due', true);
    notify(0);
    down = false;
    await eventually('the next arrives', () => {
      notify(1);
      return due.length > 0;
    });
    expect(due[0]).toBe(1);
  });
});

describe('a subscription', () => {
  it('listens again after its connection was lost, and says that it may have missed something', async () => {
    const due = await listening('mail_due', 'mail lost');
    const [before] = await listeners('mail lost');
    await spec.rows('select pg_terminate_backend($1)', [before?.pid]);
    await eventually('it listens again', () => due.length === 1);
    expect(due.splice(0)).toEqual([0]);
    const after = await listeners('mail lost');
    expect(after).toHaveLength(1);
    expect(after[0]?.pid).not.toBe(before?.pid);
    notifier(spec.database, 'mail_due', true).notify(2);
    await eventually('the notification arrives', () => due.length === 1);
    expect(due).toEqual([2]);
  });

  it('leaves no connection behind once it is closed', async () => {
    await listening('mail_due', 'mail closing');
    await open.pop()?.close();
    await eventually('its connection is gone', async () => (await listeners('mail closing')).length === 0);
  });

  it('may be closed before it was ever connected', async () => {
    const subscription = subscribe('postgres://nobody@127.0.0.1:1/none', 'mail never', 'mail_due', () => undefined);
    await expect(subscription.close()).resolves.toBeUndefined();
  });
});
