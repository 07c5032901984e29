import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { askOperator } from './ask-operator.js';
import { startMailSystem, type MailSystem } from './mail-system.js';

interface Listed {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly next_cursor: string | null;
}

let system: MailSystem;
const ids: string[] = [];
beforeAll(async () => {
  system = await startMailSystem(['intake-api']);
  for (let n = 0; n < 5; n += 1) {
    const { body } = await system.post('deliveries', `key-${n}`, {
      source: 'shop',
      to: ['Ada@EXAMPLE.com'],
      content: { mode: 'rendered', subject: 's', text: 't' },
      tags: { tenant: n % 2 === 0 ? 'even' : 'odd' },
    });
    ids.push(String(body['delivery_id']));
  }
}, 90_000);
afterAll(() => system.stop());

const list = async (path: string): Promise<Listed> => {
  const { status, body } = await askOperator(system, 'GET', path);
  expect(status).toBe(200);
  return body as unknown as Listed;
};

describe('GET /deliveries', () => {
  it('shows each delivery as it is shown alone', async () => {
    const { items, next_cursor } = await list('deliveries?limit=200');
    expect(items.map(({ delivery_id }) => delivery_id)).toEqual(ids.toReversed());
    expect(next_cursor).toBeNull();
    expect(items[0]).toEqual((await askOperator(system, 'GET', `deliveries/${ids.at(-1) ?? ''}`)).body);
  });

  it.each(['', 'source=shop&', 'status=queued&', 'recipient=Ada@example.COM&', 'status=queued&status=sent&source=shop&'])(
    'goes on where its cursor ended: %s',
    async (filter) => {
      const seen: unknown[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: Listed = await list(`deliveries?${filter}limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
        seen.push(...page.items.map(({ delivery_id }) => delivery_id));
        cursor = page.next_cursor;
      }
      expect(seen).toEqual(ids.toReversed());
    },
  );

  it('finds by a tag', async () => {
    const { items } = await list('deliveries?tag.tenant=odd');
    expect(items.map(({ idempotency_key }) => idempotency_key)).toEqual(['key-3', 'key-1']);
  });

  it('takes a cursor for the filters that it was made for alone, and whole', async () => {
    const { next_cursor } = await list('deliveries?limit=2&source=shop');
    const cursor = String(next_cursor);
    for (const query of [
      `cursor=${cursor}`,
      `source=game&cursor=${cursor}`,
      `source=shop&status=queued&cursor=${cursor}`,
      `source=shop&cursor=${cursor.slice(0, -2)}`,
      `source=shop&cursor=B${cursor.slice(1)}`,
      `source=shop&cursor=`,
      `source=shop&cursor=${cursor}&cursor=${cursor}`,
    ]) {
      expect([query, await askOperator(system, 'GET', `deliveries?${query}`)]).toMatchObject([
        query,
        { status: 400, type: expect.stringContaining('application/problem+json'), body: { code: 'invalid_cursor' } },
      ]);
    }
  });

  test.each([
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['limit=ten', '/limit'],
    ['limit=1&limit=2', '/limit'],
    ['colour=red', '/colour'],
    ['status=lost', '/status'],
    ['source=shop&template_id=x', '/template_id'],
    ['recipient=a@x.example&status=sent', '/status'],
    ['tag.a=b&tag.c=d', '/tag.c'],
    ['tag.a=%00', '/tag.a'],
    ['created_from=now', '/created_from'],
  ])('refuses %s, and points at %s', async (query, pointer) => {
    expect(await askOperator(system, 'GET', `deliveries?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ pointer }] },
    });
  });
});
