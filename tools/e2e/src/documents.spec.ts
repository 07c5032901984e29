import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandStreamDocument, deliveryCommandJsonSchema, parseDeliveryCommand, PROBLEMS } from '@mail/domain';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { operations } from './openapi.js';

const DOCS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'docs');
const page = (name: string): string => readFileSync(join(DOCS, name), 'utf8');

describe('the documents', () => {
  it('publish the schema that commands are read with; `vitest -u` rewrites it', async () => {
    const file = join(DOCS, 'delivery-command.schema.json');
    const text = await format(JSON.stringify(deliveryCommandJsonSchema(), null, 2), { ...(await resolveConfig(file)), filepath: file });
    await expect(text).toMatchFileSnapshot(file);
  });

  it('describe the stream as its entries are read; `vitest -u` rewrites it', async () => {
    const file = join(DOCS, 'asyncapi.json');
    const text = await format(JSON.stringify(commandStreamDocument(), null, 2), { ...(await resolveConfig(file)), filepath: file });
    await expect(text).toMatchFileSnapshot(file);
  });

  it('have every problem code, and no other, with its status: in the table and in OpenAPI', () => {
    const catalogue = Object.entries(PROBLEMS).map(([code, { status }]) => `${status} ${code}`);
    const rows = [...page('http-api.md').matchAll(/^\| (\d{3}) +\| `([a-z_]+)`/gm)].map(([, status, code]) => `${status} ${code}`);
    expect(rows.toSorted()).toEqual(catalogue.toSorted());
    const promised = operations.flatMap(({ answers }) =>
      Object.entries(answers).flatMap(([status, { content }]) => {
        const codes = content['application/problem+json']?.schema['properties'] as { code: { enum: string[] } } | undefined;
        return (codes?.code.enum ?? []).map((code) => `${status} ${code}`);
      }),
    );
    expect([...new Set(promised)].toSorted()).toEqual([...catalogue, '400 bad_request', '500 internal_error'].toSorted());
  });

  it('show commands that are accepted', () => {
    const blocks = [...page('commands.md').matchAll(/```json\n([\s\S]*?)```/g)].map(([, block = '']) => block);
    const commands = blocks.filter((block) => /^\{[\s\S]*"to"/.test(block));
    expect(commands.length).toBeGreaterThan(0);
    for (const block of commands) expect(parseDeliveryCommand(Buffer.from(block), 1_000_000)).toMatchObject({ ok: true });
  });
});
