import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askOperator, type OperatorAnswer } from './ask-operator.js';
import { startMailSystem, type MailSystem } from './mail-system.js';

const TEMPLATES = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'templates');
const NOBODY = '01890000-0000-7000-8000-000000000000';
const generic = (more: object = {}) => ({
  to: ['a@example.com'],
  content: {
    mode: 'template',
    template_id: 'notification.generic',
    locale: 'en',
    variables: { title: 'Hello', body: 'It works.', ...more },
  },
});
/** With a variable that the consumer's catalog does not declare yet. */
const newer = () => generic({ footer: 'Bye' });

let system: MailSystem;
let catalog: string;
beforeAll(async () => {
  // The fix: a catalog that has the variable which the consumer did not know.
  catalog = await mkdtemp(join(tmpdir(), 'mail-templates-'));
  await cp(TEMPLATES, catalog, { recursive: true });
  const file = join(catalog, 'notification.generic', 'manifest.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { variables: { properties: Record<string, object> } };
  manifest.variables.properties['footer'] = { type: 'string', description: 'Said last.', maxLength: 100 };
  await writeFile(file, JSON.stringify(manifest, null, 2));
  system = await startMailSystem(['stream-consumer'], { env: { MAIL_MAX_COMMAND_BYTES: '64KiB' } });
  await system.start('intake-api', { MAIL_TEMPLATE_DIR: catalog });
}, 120_000);
afterAll(async () => {
  await system.stop();
  await rm(catalog, { recursive: true });
});

/** XADDs the command, waits until it was refused, and returns the id of what was kept. */
async function refused(source: string, key: string, command: unknown): Promise<string> {
  const entry = await system.add(source, key, command);
  return eventually('the command is refused', async () => {
    const { rows } = await system.database.client.query<{ malformed_id: string }>(
      'select malformed_id from malformed_commands where entry_id = $1',
      [entry],
    );
    return rows[0]?.malformed_id;
  });
}
const replay = (id: string): Promise<OperatorAnswer> =>
  askOperator(system, 'POST', `malformed-commands/${id}/replay`, { headers: { 'x-operator': 'ada' } });
const count = async (sql: string, id: string): Promise<number> =>
  (await system.database.client.query<{ n: number }>(`select count(*)::int as n from ${sql}`, [id])).rows[0]?.n ?? -1;

describe('a malformed command that is tried again', () => {
  it('after what was wrong is mended becomes a delivery, once, and is written down', async () => {
    const id = await refused('shop', 'mended', newer());
    const first = await replay(id);
    const second = await replay(id);
    expect(first).toMatchObject({ status: 202, body: { outcome: 'queued' } });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    const deliveryId = String(first.body['delivery_id']);
    expect(first.headers.get('location')).toBe(`/api/v1/internal/deliveries/${deliveryId}`);
    expect(second).toMatchObject({ status: 202, body: first.body });
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect((await system.get(`deliveries/${deliveryId}`)).body).toMatchObject({
      source: 'shop',
      idempotency_key: 'mended',
      template_id: 'notification.generic',
      recipients: [{ address: 'a@example.com' }],
    });
    expect(await count('malformed_commands where malformed_id = $1 and replayed_at is not null', id)).toBe(1);
    const { rows } = await system.database.client.query(
      `select operator, action, detail->>'malformed_id' as malformed_id from operator_actions where $1 = any(delivery_ids)`,
      [deliveryId],
    );
    expect(rows).toEqual([{ operator: 'ada', action: 'replay', malformed_id: id }]);
  });

  it('makes no second delivery when its key is long forgotten', async () => {
    const id = await refused('shop', 'forgotten', newer());
    const { body } = await replay(id);
    await system.database.client.query(`delete from idempotency_keys where idempotency_key = 'forgotten'`);
    expect(await replay(id)).toMatchObject({ status: 202, body });
    expect(await count('deliveries where idempotency_key = $1', 'forgotten')).toBe(1);
  });

  it('by two at once becomes one delivery', async () => {
    const id = await refused('shop', 'at-once', newer());
    const answers = await Promise.all([replay(id), replay(id), replay(id)]);
    expect(new Set(answers.map(({ status, body }) => `${status} ${String(body['delivery_id'])}`)).size).toBe(1);
    expect(await count('deliveries where idempotency_key = $1', 'at-once')).toBe(1);
  });

  it('is the delivery that its sender has made of it meanwhile, with the same key', async () => {
    const id = await refused('shop', 'sent-again', newer());
    const sent = await system.post('deliveries', 'sent-again', { source: 'shop', ...newer() });
    const answer = await replay(id);
    expect(answer).toMatchObject({ status: 202, body: { delivery_id: sent.body['delivery_id'] } });
    expect(answer.headers.get('idempotency-replayed')).toBe('true');
  });

  it.each([
    ['what is wrong with it still', 400, 'missing_variable', 'shop', generic({ body: undefined })],
    ['what is wrong with it still', 400, 'malformed_json', 'shop', '{"to":'],
    ['that nothing of it was kept', 409, 'content_purged', 'auth', { to: [] }],
    ['that nothing is kept of an unknown template', 409, 'content_purged', 'shop', { to: [], content: { template_id: 'no.such' } }],
    ['that it was cut', 409, 'content_purged', 'shop', { ...newer(), tags: { t: 'x'.repeat(70_000) } }],
  ])('is refused for %s: %i %s', async (_, status, code, source, command) => {
    const id = await refused(source, `still-${code}`, command);
    expect(await replay(id)).toMatchObject({ status, body: { code } });
    expect(await count('malformed_commands where malformed_id = $1 and replayed_at is null', id)).toBe(1);
  });

  it('conflicts with another command of its key', async () => {
    await system.post('deliveries', 'taken', { source: 'shop', ...generic() });
    const id = await refused('shop', 'taken', newer());
    expect(await replay(id)).toMatchObject({ status: 422, body: { code: 'idempotency_conflict' } });
  });

  it.each([NOBODY, 'nonsense'])('and is %s is not found', async (id) => {
    expect(await replay(id)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});
