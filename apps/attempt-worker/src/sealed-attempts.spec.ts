import { randomBytes } from 'node:crypto';
import { deriveSecretKey, sealSecrets, type SecretKey, type StoredSecrets } from '@mail/domain';
import { eventually, type SinkAnswer } from '@mail/testing';
import { describe, expect, it } from 'vitest';
import { specWorker, type SpecWorkerOptions } from '../testing/spec-worker.js';

const CODE = '4815-1623';
const VERSION = {
  template_id: 'shop.order',
  template_hash: 'sha256:1',
  owner: 'shop',
  default_locale: 'en',
  on_uncertain: 'retry',
  variables_schema: { type: 'object', required: ['code'], properties: { code: { type: 'string', 'x-secret': true } } },
  locales: { en: { subject: 'Subject', text: 'The code is {{code}}.', html: '<p>{{code}}</p>' } },
};
const sealedBy = (key: SecretKey) => (id: string) => sealSecrets(key, id, { code: CODE }, randomBytes(16));

/** A worker with a claimed attempt whose secret variables are stored as given. */
async function withSecrets(stored: (id: string) => StoredSecrets, options: SpecWorkerOptions) {
  const worker = await specWorker(options);
  await worker.query(
    `insert into template_versions (template_id, template_hash, version, recorded_at) values ('shop.order', 'sha256:1', $1, now())`,
    [VERSION],
  );
  const id = await worker.accept({ template: true });
  await worker.query('update delivery_payloads set secret_variables = $2 where delivery_id = $1', [id, stored(id)]);
  return { ...worker, id };
}

describe('secret variables that this worker cannot open', () => {
  const key = deriveSecretKey(randomBytes(32));

  it('of a key that it lacks burn no attempt: it is given back and told of, and sent once the key is there', async () => {
    const keys: SecretKey[] = [];
    const { events, id, perform, sink, stands } = await withSecrets(sealedBy(key), { secretKeys: keys });
    await perform();
    await perform();
    const { next, ...rest } = (await stands(id)) ?? {};
    expect(rest).toEqual({ is: 'queued', attempts: ['scheduled'] });
    expect(next).toMatchObject({ number: 1, position: 1 });
    expect(next?.error).toContain(`key ${key.id}`);
    expect(next?.error).toContain('MAIL_SECRETS_KEY');
    expect(events).toEqual(['attempt_not_begun', 'attempt_not_begun']);
    keys.push(deriveSecretKey(randomBytes(32)), key);
    await perform();
    expect(await stands(id)).toEqual({ is: 'provider_accepted', attempts: ['provider_accepted'], next: null });
    expect(sink.messages.map(({ raw }) => raw.includes(CODE))).toEqual([true]);
  });

  it('that belong to another delivery burn none either, and nothing is sent', async () => {
    const { events, id, perform, sink, stands } = await withSecrets(() => sealedBy(key)('another'), { secretKeys: [key] });
    await perform();
    expect(await stands(id)).toMatchObject({ is: 'queued', attempts: ['scheduled'], next: { number: 1, position: 1 } });
    expect(events).toEqual(['attempt_not_begun']);
    expect(sink.messages).toHaveLength(0);
  });

  it('are others than those that were stored before there was a key', async () => {
    const { id, perform, sink, stands } = await withSecrets(() => ({ code: CODE }), { secretKeys: [key] });
    await perform();
    expect(await stands(id)).toMatchObject({ is: 'provider_accepted' });
    expect(sink.messages.map(({ raw }) => raw.includes(CODE))).toEqual([true]);
  });
});

describe('what a server repeats of a secret is stored masked', () => {
  const key = deriveSecretKey(randomBytes(32));
  const base64 = Buffer.from(`The code is ${CODE}.`).toString('base64');
  const said = (code: string) => `${code} rejected: The code is ${CODE}. / 48151623 / ${base64}`;
  const masked = (code: string) => `${code} rejected: The code is ***. / *** / ***`;
  const REPLIES = `select a.smtp_reply as attempt, r.smtp_reply as recipient, l.smtp_reply as letter
    from attempts a join delivery_recipients r using (delivery_id) left join dead_letters l using (delivery_id) where a.number = 1`;

  it.each(['554 5.7.1', '451 4.7.1'])('in a reply %s, with its codes as they are', async (code) => {
    const { id, perform, query, stands } = await withSecrets(sealedBy(key), { secretKeys: [key], script: { final: () => said(code) } });
    await perform();
    expect((await stands(id))?.attempts[0]).toMatch(/rejected|failed/);
    expect(await query(REPLIES)).toEqual([{ attempt: masked(code), recipient: masked(code), letter: null }]);
  });

  it('in a reply that comes after the time-out too', async () => {
    const answers: ((answer: SinkAnswer) => void)[] = [];
    const script = { final: () => new Promise<SinkAnswer>((resolve) => answers.push(resolve)) };
    const { events, perform, query } = await withSecrets(sealedBy(key), { secretKeys: [key], script, timeoutMs: 400 });
    await perform();
    answers[0]?.(said('554 5.6.0'));
    await eventually('the late reply is written', () => events.includes('late_reply_recorded'));
    expect(await query(REPLIES)).toEqual([{ attempt: masked('554 5.6.0'), recipient: masked('554 5.6.0'), letter: null }]);
  });
});
