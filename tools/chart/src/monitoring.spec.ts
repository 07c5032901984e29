import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testDatabase, type TestDatabase } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { dashboardQueries, readRules, RUNBOOKS, runbookNames, unknownIn } from './monitoring.ts';

const rules = readRules();
const recorded = rules.flatMap(({ record }) => record ?? []);
const alerts = rules.flatMap(({ alert }) => alert ?? []);

it('each alert has a runbook, and each runbook an alert', () => {
  expect(runbookNames().sort()).toEqual([...alerts].sort());
});

test.each(rules.map(({ alert, record, expr }) => [alert ?? record ?? '', expr] as const))('%s asks for what is sent', (_, expr) => {
  expect(unknownIn(expr, recorded)).toEqual([]);
});

it('dashboards ask for what is sent', () => {
  const queries = dashboardQueries();
  expect(queries.length).toBeGreaterThan(20);
  expect(queries.flatMap(({ where, expr }) => unknownIn(expr, recorded).map((unknown) => `${where}: ${unknown}`))).toEqual([]);
});

test.each([
  ['rate(mail_gone_total[5m])', ['mail_gone_total']],
  ['mail_unaccounted{colour="red"}', ['mail_unaccounted{colour}']],
  ['mail:unknown:ratio', ['mail:unknown:ratio']],
  ['sum(mail_delivery_latency_seconds_bucket{le="10",lane="high"})', []],
])('in %s is unknown: %j', (expr, unknown) => {
  expect(unknownIn(expr, [])).toEqual(unknown);
});

describe.each(runbookNames())('the runbook %s', (name) => {
  const text = readFileSync(join(RUNBOOKS, `${name}.md`), 'utf8');
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());

  it('says what it means, what it does, how to look and what to do, in 40 lines', () => {
    expect(text.split('\n').length - 1).toBeLessThanOrEqual(40);
    expect([...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) => title)).toEqual([name, 'Meaning', 'Impact', 'Diagnosis', 'Mitigation']);
  });

  it('asks the database what it can answer', async () => {
    for (const [, sql = ''] of text.matchAll(/```sql\n([\s\S]*?)```/g)) await database.client.query(sql);
  });

  it('leads to pages that are there', () => {
    for (const [, page = ''] of text.matchAll(/\]\(([^)#]+)/g)) expect(readFileSync(join(RUNBOOKS, page), 'utf8')).not.toBe('');
  });
});
