import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { seedRows } from '../testing/seed-rows.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import './index.js';
import { statements } from './statement.js';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Conflict Arbiter Indexes'?: readonly string[];
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

let spec: SpecDatabase;
/** As it is when the processes first start, and keep the plans that they make then. */
let fresh: SpecDatabase;
/** As it is after a quiet hour: what was done has ended, and the planner knows of nothing that is queued, until much has come. */
let idle: SpecDatabase;
beforeAll(async () => {
  [spec, fresh, idle] = await Promise.all([specDatabase(), specDatabase(), specDatabase()]);
  await Promise.all([seedRows(spec), seedRows(idle)]);
  await endAll(idle);
});
afterAll(() => Promise.all([spec.drop(), fresh.drop(), idle.drop()]));

async function endAll({ rows }: SpecDatabase): Promise<void> {
  await rows(`update attempts set status = 'ended', outcome = 'provider_accepted', claimed_at = coalesce(claimed_at, now()),
    started_at = coalesce(started_at, now()), finished_at = now() where status <> 'ended'`);
  await rows(`update delivery_recipients set outcome = 'accepted' where outcome = 'pending'`);
  await rows(`update deliveries set status = 'sent', end_reason = 'provider_accepted', ended_at = now() where status = 'queued'`);
  await rows(`update idempotency_keys set secret_salt = null, secret_hash = null where secret_hash is not null`);
  await rows('vacuum analyze');
}

const nodes = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodes)];

/** The plan that a process has after its first few calls: one for whatever values. */
function plan({ name, text }: { name: string; text: string }, { database } = spec): Promise<PlanNode[]> {
  const parameters = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
  const nulls = parameters === 0 ? '' : `(${Array(parameters).fill('null').join(', ')})`;
  return database.transaction(async (client) => {
    await client.query({ name: '', text: 'set local plan_cache_mode = force_generic_plan', values: [] });
    await client.query({ name: '', text: `prepare planned as ${text}`, values: [] });
    const asked = { name: '', text: `explain (format json) execute planned${nulls}`, values: [] };
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(asked);
    await client.query({ name: '', text: 'deallocate planned', values: [] });
    const plans = rows[0]?.['QUERY PLAN'];
    if (plans === undefined) throw new Error(`${name} has no plan`);
    return nodes(plans[0].Plan);
  });
}

describe('a statement is served by the indexes that it names, and reads no table from end to end', () => {
  test.each(statements.map((statement) => [statement.name, statement] as const))('%s', async (_, statement) => {
    const planned = await plan(statement);
    const used = planned.flatMap((node) => [node['Index Name'] ?? [], node['Conflict Arbiter Indexes'] ?? []].flat());
    expect(planned.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'])).toEqual([]);
    expect(statement.indexes.filter((index) => !used.includes(index))).toEqual([]);
  });
});

describe('nothing is read from end to end by a plan that is made while there is nothing', () => {
  test.each(statements.map((statement) => [statement.name, statement] as const))('%s', async (_, statement) => {
    const wrong = ['Seq Scan', 'Hash Join', 'Merge Join'];
    const planned = await plan(statement, fresh);
    expect(planned.filter((node) => wrong.includes(node['Node Type'])).map((node) => [node['Node Type'], node['Relation Name']])).toEqual(
      [],
    );
  });
});

/** Of which there are never more than windows and slots hold. */
const BOUNDED = ['attempts_claimed_idx', 'attempts_in_progress_idx'];

describe('a plan that is made while nothing is queued reads no more than it must once much is', () => {
  const limited = ({ Plans = [], ...node }: PlanNode): PlanNode[] =>
    node['Node Type'] === 'Limit' ? [] : [node, ...Plans.flatMap(limited)];
  test.each(statements.map((statement) => [statement.name, statement] as const))('%s', async (_, statement) => {
    const [top] = await plan(statement, idle);
    if (top === undefined) throw new Error('there is no plan');
    const planned = nodes(top);
    const wrong = ['Seq Scan', 'Hash Join', 'Merge Join'];
    expect(planned.filter((node) => wrong.includes(node['Node Type'])).map((node) => [node['Node Type'], node['Relation Name']])).toEqual(
      [],
    );
    const used = planned.flatMap((node) => [node['Index Name'] ?? [], node['Conflict Arbiter Indexes'] ?? []].flat());
    expect(statement.indexes.filter((index) => !used.includes(index))).toEqual([]);
    // Of which the index is only the place where all rows of its kind are.
    const whole = limited(top).filter((node) => node['Node Type'].startsWith('Index') && node['Index Cond'] === undefined);
    expect(whole.map((node) => node['Index Name'] ?? '').filter((index) => !BOUNDED.includes(index))).toEqual([]);
  });
});

describe('what is found by its place is not looked for by an index as well, which would read all that is in it', () => {
  test.each(['claim_due_attempts', 'take_attempts', 'record_and_take'])('%s', async (name) => {
    const statement = statements.find((one) => one.name === name);
    if (statement === undefined) throw new Error(`there is no ${name}`);
    expect((await plan(statement, fresh)).filter((node) => node['Node Type'] === 'Tid Scan')).toHaveLength(1);
  });
});

// What is being sent now, and what was done to one delivery: few rows, whatever the tables hold.
const SORTED = ['list_sending', 'list_actions_of_delivery'];

describe('a list comes in the order of its index, and sorts nothing', () => {
  const lists = statements.filter(({ name }) => name.startsWith('list_') && !SORTED.includes(name));
  test.each(lists.map((list) => [list.name, list] as const))('%s', async (_, list) => {
    const types = (await plan(list)).map((node) => node['Node Type']);
    expect(types.filter((type) => type.includes('Sort') || type.includes('Hash'))).toEqual([]);
  });
});

it('every statement has a name of its own', () => {
  const names = statements.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(names.length).toBeGreaterThan(20);
});

it('every foreign key is led by an index, so that a deletion finds what goes along', async () => {
  const unserved = await spec.rows(
    `select c.conname from pg_constraint c where c.contype = 'f' and c.connamespace = 'public'::regnamespace
      and not exists (select from pg_index i where i.indrelid = c.conrelid and i.indpred is null and i.indkey[0] = c.conkey[1])`,
  );
  expect(unserved).toEqual([]);
});
