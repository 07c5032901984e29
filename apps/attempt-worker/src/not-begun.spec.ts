import { expect, it } from 'vitest';
import { specWorker } from '../testing/spec-worker.js';

const VERSION = {
  template_id: 'shop.order',
  template_hash: 'sha256:1',
  owner: 'shop',
  default_locale: 'en',
  on_uncertain: 'retry',
  variables_schema: { type: 'object', required: [], properties: {}, additionalProperties: false },
  locales: { en: { subject: 'Subject', text: 'Text', html: '<p>Html</p>' } },
};
type Query = Awaited<ReturnType<typeof specWorker>>['query'];
const recordVersion = (query: Query) =>
  query(`insert into template_versions (template_id, template_hash, version, recorded_at) values ('shop.order', 'sha256:1', $1, now())`, [
    VERSION,
  ]);

it('a database that fails while a pinned template version is read burns no attempt: it is given back', async () => {
  let failures = 1;
  const { accept, events, perform, query, sink, stands } = await specWorker({
    asking: (database) => ({
      query: (config) => {
        if (config.name !== 'read_template_version' || failures === 0) return database.query(config);
        failures -= 1;
        return Promise.reject(Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' }));
      },
    }),
  });
  await recordVersion(query);
  const id = await accept({ template: true });
  await perform();
  expect(await stands(id)).toMatchObject({ is: 'queued', attempts: ['scheduled'], next: { number: 1, position: 1 } });
  expect((await stands(id))?.next?.error).toContain('terminating connection');
  expect(events).toEqual(['attempt_not_begun']);
  await perform();
  expect(await stands(id)).toEqual({ is: 'provider_accepted', attempts: ['provider_accepted'], next: null });
  expect(sink.messages).toHaveLength(1);
});

it('a template version that is not there is waited for, ever longer, and burns no attempt', async () => {
  const { accept, perform, query, sink, stands } = await specWorker();
  const id = await accept({ template: true });
  await query(`update deliveries set created_at = created_at - interval '100 s'`);
  await perform();
  await perform();
  const { next, attempts } = (await stands(id)) ?? {};
  expect(attempts).toEqual(['scheduled']);
  expect(next?.wait_s).toBeGreaterThan(15);
  await recordVersion(query);
  await perform();
  expect(await stands(id)).toMatchObject({ is: 'provider_accepted', attempts: ['provider_accepted'] });
  expect(sink.messages).toHaveLength(1);
});

it('content that cannot be read burns no attempt, costs the others nothing, and the reason holds no secret', async () => {
  const { accept, perform, query, sink, stands } = await specWorker();
  const [broken, secret, sound] = [await accept({ content: {} }), await accept({ content: {} }), await accept()];
  await query(`update delivery_payloads set secret_variables = '{"code":"123456"}' where delivery_id = $1`, [secret]);
  await perform();
  expect(await stands(broken)).toMatchObject({ is: 'queued', attempts: ['scheduled'] });
  expect((await stands(broken))?.next?.error).toContain('Cannot');
  expect((await stands(secret))?.next?.error).toBe('TypeError');
  expect(await stands(sound)).toMatchObject({ is: 'provider_accepted' });
  expect(sink.messages).toHaveLength(1);
});

it.each([
  ['delivery_payloads', 'the content of the delivery is gone'],
  ['delivery_recipients', 'a mail without a recipient'],
])('a mail whose rows of %s are gone burns no attempt, and costs the others nothing', async (table, why) => {
  const { accept, perform, query, sink, stands } = await specWorker();
  const [broken, sound] = [await accept({ onUncertain: 'hold' }), await accept()];
  await query(`delete from ${table} where delivery_id = $1`, [broken]);
  await perform();
  expect(await stands(broken)).toMatchObject({ is: 'queued', attempts: ['scheduled'], next: { number: 1, error: why } });
  expect(await stands(sound)).toMatchObject({ is: 'provider_accepted' });
  expect(sink.messages).toHaveLength(1);
});

it('a mail that cannot be made, whoever makes it, fails at once', async () => {
  const { accept, perform, stands } = await specWorker();
  const headers = { 'X-A': 'a\r\nBcc: b@example.com' };
  const content = { body: { mode: 'rendered', subject: 's', text: 't', html: null }, reply_to: [], headers, attachments: [] };
  const id = await accept({ content });
  await perform();
  expect(await stands(id)).toEqual({ is: 'render_failed', attempts: ['render_failed'], next: null });
});

it('what recovery has called uncertain before it could be given back is known not to be out', async () => {
  let recover = (): Promise<unknown> => Promise.resolve();
  const { accept, perform, query, stands } = await specWorker({
    asking: () => ({
      query: async () => {
        await recover();
        throw new Error('no answer');
      },
    }),
  });
  recover = () =>
    query(
      `with lost as (update attempts set status = 'ended', outcome = 'uncertain', finished_at = now() returning delivery_id),
        told as (update delivery_recipients set outcome = 'uncertain')
      insert into attempts (attempt_id, delivery_id, number, lane, status, scheduled_at) select gen_random_uuid(), delivery_id, 2, 1, 'scheduled', now() from lost`,
    );
  const id = await accept({ template: true });
  await perform();
  expect(await stands(id)).toMatchObject({ is: 'queued', attempts: ['transport_failed', 'scheduled'] });
  expect(await query('select outcome from delivery_recipients')).toEqual([{ outcome: 'pending' }]);
});
