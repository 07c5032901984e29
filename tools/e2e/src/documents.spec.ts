import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandStreamDocument, deliveryCommandJsonSchema, parseDeliveryCommand, PROBLEMS } from '@mail/domain';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';

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

  it('name every problem code', () => {
    const api = page('http-api.md');
    expect(Object.keys(PROBLEMS).filter((code) => !api.includes(`\`${code}\``))).toEqual([]);
  });

  it('show commands that are accepted', () => {
    const blocks = [...page('commands.md').matchAll(/```json\n([\s\S]*?)```/g)].map(([, block = '']) => block);
    const commands = blocks.filter((block) => /^\{[\s\S]*"to"/.test(block));
    expect(commands.length).toBeGreaterThan(0);
    for (const block of commands) expect(parseDeliveryCommand(Buffer.from(block), 1_000_000)).toMatchObject({ ok: true });
  });
});
