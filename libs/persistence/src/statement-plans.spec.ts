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
  readonly Plans?: readonly PlanNode[];
}

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
  await seedRows(spec);
  // The plan that a worker has after its first few calls: one for whatever values.
  await spec.rows('set plan_cache_mode = force_generic_plan');
});
afterAll(() => spec.drop());

const nodes = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodes)];

async function plan({ name, text }: { name: string; text: string }): Promise<PlanNode[]> {
  const parameters = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
  await spec.rows(`deallocate all; prepare ${name} as ${text}`);
  const nulls = parameters === 0 ? '' : `(${Array(parameters).fill('null').join(', ')})`;
  const { 'QUERY PLAN': explained } = await spec.row<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `explain (format json) execute ${name}${nulls}`,
  );
  return nodes(explained[0].Plan);
}

describe('a statement is served by the indexes that it names, and reads no table from end to end', () => {
  test.each(statements.map((statement) => [statement.name, statement] as const))('%s', async (_, statement) => {
    const planned = await plan(statement);
    const used = planned.flatMap((node) => [node['Index Name'] ?? [], node['Conflict Arbiter Indexes'] ?? []].flat());
    expect(planned.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'])).toEqual([]);
    expect(statement.indexes.filter((index) => !used.includes(index))).toEqual([]);
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
