import type { RememberedKey } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';

interface KeyRow {
  readonly scope: string;
  readonly idempotency_key: string;
  readonly fingerprint: Buffer;
  readonly secret_names: string[];
  readonly secret_salt: Buffer | null;
  readonly secret_hash: Buffer | null;
  readonly secret_mac: Buffer | null;
  readonly delivery_id: string;
  readonly outcome: RememberedKey['outcome'];
}

// What is remembered of given keys ($1 scopes, $2 keys, in step). Served by idempotency_keys_pkey.
// A key past its time whose delivery has ended is as good as forgotten. Its status is a scalar, looked up by key: `exists` may become
// a hash of every queued delivery.
const readKeys = statement<KeyRow>(
  'read_idempotency_keys',
  ['idempotency_keys_pkey'],
  `select k.scope, k.idempotency_key, k.fingerprint, k.secret_names, k.secret_salt, k.secret_hash, k.secret_mac, k.delivery_id, k.outcome
  from unnest($1::text[], $2::text[]) as wanted(scope, idempotency_key)
  join idempotency_keys k using (scope, idempotency_key)
  where k.expires_at > now() or (select d.status from deliveries d where d.delivery_id = k.delivery_id) = 'queued'`,
);

export async function readIdempotencyKeys(
  runner: Runner,
  wanted: readonly { readonly scope: string; readonly idempotencyKey: string }[],
): Promise<(RememberedKey & { readonly scope: string; readonly idempotencyKey: string })[]> {
  const rows = await run(runner, readKeys, [wanted.map(({ scope }) => scope), wanted.map(({ idempotencyKey }) => idempotencyKey)]);
  return rows.map((row) => ({
    scope: row.scope,
    idempotencyKey: row.idempotency_key,
    fingerprint: row.fingerprint,
    secretNames: row.secret_names,
    secretSalt: row.secret_salt,
    secretHash: row.secret_hash,
    secretMac: row.secret_mac,
    deliveryId: row.delivery_id,
    outcome: row.outcome,
  }));
}
