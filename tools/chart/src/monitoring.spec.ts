import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testDatabase, type TestDatabase } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { dashboardQueries, readRules, unknownIn } from './monitoring.ts';
import { blockFaults, blocksOf, readRunbook, RUNBOOKS, runbookNames, SECTIONS, unpaired } from './runbook.ts';

const rules = readRules();
const recorded = rules.flatMap(({ record }) => record ?? []);
const alerts = rules.flatMap(({ alert }) => alert ?? []);

it('each alert has a runbook, and each runbook an alert', () => {
  expect(unpaired(alerts, runbookNames())).toEqual([]);
  expect(unpaired([...alerts, 'MailPlanted'], [...runbookNames(), 'MailForgotten'])).toEqual([
    'the alert MailPlanted has no runbook',
    'the runbook MailForgotten has no alert',
  ]);
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
  const text = readRunbook(name);
  const blocks = blocksOf(text);
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());

  it('says what it means, what it does, how to look and what to do, in 40 lines', () => {
    expect(text.split('\n').length - 1).toBeLessThanOrEqual(40);
    expect([...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) => title)).toEqual([name, ...SECTIONS]);
  });

  it('has blocks to look and to mend with, each of which can be pasted as it stands', () => {
    expect(blocks.flatMap((block) => blockFaults(block).map((fault) => `line ${block.line} ${fault}`))).toEqual([]);
    expect([...new Set(blocks.map(({ section }) => section))]).toEqual(['Diagnosis', 'Mitigation']);
  });

  it('asks the database what it can answer', async () => {
    for (const { language, text: sql } of blocks) if (language === 'sql') await database.client.query(sql);
  });

  it('leads to pages that are there', () => {
    for (const [, page = ''] of text.matchAll(/\]\(([^)#]+)/g)) expect(readFileSync(join(RUNBOOKS, page), 'utf8')).not.toBe('');
  });
});

test.each([
  ['```sh\nmailctl stats\n```', []],
  ['```\nmailctl stats\n```', ['is in "", which nothing runs: use sh or sql']],
  ['```python\nprint(1)\n```', ['is in "python", which nothing runs: use sh or sql']],
  ['```sh\nmailctl deliveries show <delivery-id>\n```', ['has a blank to fill in']],
  ['```sql\n\n```', ['is empty']],
])('of the block %j is found: %j', (page, faults) => {
  expect(blocksOf(page).flatMap(blockFaults)).toEqual(faults);
});
