import { deriveSecretKey, openSecrets, sealSecrets, secretMac, uuidV7, type NewDelivery } from '@mail/domain';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aDelivery, WITH_SECRET } from '../testing/a-delivery.js';
import { ACCEPTED, record, started } from '../testing/attempts.js';
import { candidate, DAY_MS, specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { acceptCandidates } from './accept-candidates.js';
import { readContent } from './statements/read-content.js';
import { readIdempotencyKeys } from './statements/read-idempotency-keys.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const KEY = deriveSecretKey(randomBytes(32));
const SECRETS = { pin: 'z', code: '481516' };

/** As acceptance prepares it where there is a key. */
function sealed(more: Partial<NewDelivery> = {}): NewDelivery {
  const deliveryId = uuidV7(Date.now(), randomBytes(10));
  return aDelivery({
    ...{ ...WITH_SECRET, deliveryId, secretSalt: null, secretHash: null, secretNames: ['pin', 'code'] },
    secretMac: secretMac(KEY, deliveryId, SECRETS),
    secretVariables: sealSecrets(KEY, deliveryId, SECRETS, randomBytes(16)),
    ...more,
  });
}
const remembered = async (delivery: NewDelivery) => (await readIdempotencyKeys(spec.database, [delivery]))[0];

describe('sealed secrets', () => {
  it('come with the take as they were stored, and open there', async () => {
    const taken = await started(spec, sealed());
    expect(openSecrets([KEY], taken.delivery_id, taken.secret_variables ?? {})).toEqual({ ok: true, variables: SECRETS });
  });

  it('are wiped with the end of the delivery, while what later commands are compared by stays', async () => {
    const given = sealed();
    await record(spec.database, await started(spec, given), ACCEPTED);
    expect(await spec.row('select secret_variables, content_purged_at is not null as purged from delivery_payloads')).toEqual({
      secret_variables: null,
      purged: true,
    });
    expect(await remembered(given)).toMatchObject({ secretSalt: null, secretHash: null, secretMac: given.secretMac });
  });

  it('are known to operators by their names alone, sealed or not', async () => {
    const [a, b, c] = [sealed(), aDelivery({ ...WITH_SECRET, secretVariables: SECRETS }), aDelivery()];
    await spec.accept(a, b, c);
    const names = async ({ deliveryId }: NewDelivery) => (await readContent(spec.database, deliveryId))?.secret_names;
    expect(await Promise.all([a, b, c].map(names))).toEqual([['code', 'pin'], ['code', 'pin'], []]);
  });

  it('of a delivery that ends at its acceptance are not stored', async () => {
    for (const more of [{ suppressed: true }, { expiresAt: '2026-01-02T03:04:05.000Z' }]) {
      const given = sealed(more);
      await spec.accept(given);
      expect(await spec.row('select secret_variables from delivery_payloads where delivery_id = $1', [given.deliveryId])).toEqual({
        secret_variables: null,
      });
      expect(await remembered(given)).toMatchObject({ secretMac: given.secretMac });
    }
  });
});

it('a key that is given anew is compared by the secrets of its new command', async () => {
  const [first, second, third] = [sealed(), sealed(), aDelivery()].map((delivery) => ({ ...delivery, idempotencyKey: 'one' }));
  for (const given of [first, second, third]) {
    if (given === undefined) throw new Error('there are three');
    await acceptCandidates(spec.database, [candidate(given)], 7 * DAY_MS);
    expect(await remembered(given)).toMatchObject({ deliveryId: given.deliveryId, secretMac: given.secretMac });
    await spec.rows('delete from deliveries');
    await spec.rows(`update idempotency_keys set expires_at = now() - interval '1 ms'`);
  }
});
