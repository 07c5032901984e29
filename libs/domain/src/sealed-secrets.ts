import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';

/** What is derived from one key of `MAIL_SECRETS_KEY`: a subkey for each use, so that what one of them shows says nothing of the others. */
export interface SecretKey {
  /** 16 hexadecimal digits: names the key in what it has sealed, and says nothing about it. */
  readonly id: string;
  readonly sealing: Buffer;
  readonly fingerprint: Buffer;
  readonly addresses: Buffer;
}

/** The first seals, all open; none: nothing is sealed. */
export type SecretKeys = readonly SecretKey[];

/**
 * Secret variables as they are stored: the variables themselves, or sealed, with their names beside. The names of the two members cannot
 * be those of variables.
 */
export type StoredSecrets = Readonly<Record<string, unknown>> | SealedSecrets;

export interface SealedSecrets {
  /** `v1:<key id>:<base64 of nonce, ciphertext and tag>` */
  readonly $sealed: string;
  readonly $names: readonly string[];
}

export type OpenedSecrets =
  | { readonly ok: true; readonly variables: Readonly<Record<string, unknown>> }
  /** `unknown_key`: sealed with a key that is not among those given. `not_authentic`: changed since, or of another delivery. */
  | { readonly ok: false; readonly reason: 'unknown_key' | 'not_authentic'; readonly keyId: string };

const VERSION = 'v1';
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The subkeys of 32 random bytes, by HKDF-SHA-256 (RFC 5869). */
export function deriveSecretKey(key: Buffer): SecretKey {
  const subkey = (use: string, bytes: number): Buffer => Buffer.from(hkdfSync('sha256', key, '', `mail-service ${use}`, bytes));
  return {
    id: subkey('key id', 8).toString('hex'),
    sealing: subkey('secret variables', 32),
    fingerprint: subkey('fingerprint of secrets', 32),
    addresses: subkey('addresses in logs', 32),
  };
}

/**
 * Seals the secret variables of a delivery: AES-256-GCM under a key of this delivery's own, so that no number of deliveries is too many for
 * random nonces, and bound to its id, so that they open in no other. `random`: 12 fresh random bytes at least.
 */
export function sealSecrets(
  key: SecretKey,
  deliveryId: string,
  variables: Readonly<Record<string, unknown>>,
  random: Buffer,
): SealedSecrets {
  const nonce = random.subarray(0, NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(key, deliveryId), nonce).setAAD(boundTo(key, deliveryId));
  const sealed = [nonce, cipher.update(JSON.stringify(variables), 'utf8'), cipher.final(), cipher.getAuthTag()];
  return { $sealed: `${VERSION}:${key.id}:${Buffer.concat(sealed).toString('base64')}`, $names: Object.keys(variables) };
}

/** The secret variables of a delivery, however they are stored. */
export function openSecrets(keys: SecretKeys, deliveryId: string, stored: StoredSecrets): OpenedSecrets {
  if (!isSealed(stored)) return { ok: true, variables: stored };
  const [version, keyId = '', base64 = ''] = stored.$sealed.split(':');
  const key = version === VERSION ? keys.find(({ id }) => id === keyId) : undefined;
  if (key === undefined) return { ok: false, reason: 'unknown_key', keyId };
  const bytes = Buffer.from(base64, 'base64');
  try {
    const decipher = createDecipheriv(CIPHER, keyOf(key, deliveryId), bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(key, deliveryId)).setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    return { ok: true, variables: JSON.parse(text) as Record<string, unknown> };
  } catch {
    return { ok: false, reason: 'not_authentic', keyId };
  }
}

/**
 * What a command's secret variables are compared by once they are wiped: the key's id and an HMAC-SHA-256 over the delivery's id and the
 * variables. Without the key a code cannot be guessed from it, and equal codes of two deliveries look different.
 */
export function secretMac(key: SecretKey, deliveryId: string, variables: Readonly<Record<string, unknown>> | null): Buffer {
  const mac = createHmac('sha256', key.fingerprint).update(`${deliveryId}\n${canonicalJson(variables ?? {})}`);
  return Buffer.concat([Buffer.from(key.id, 'hex'), mac.digest()]);
}

/** The key that a `secretMac` was made with, if it is among `keys`. */
export function keyOfMac(keys: SecretKeys, mac: Buffer): SecretKey | undefined {
  const id = mac.subarray(0, 8).toString('hex');
  return keys.find((key) => key.id === id);
}

function isSealed(stored: StoredSecrets): stored is SealedSecrets {
  return typeof stored['$sealed' as keyof StoredSecrets] === 'string';
}

function keyOf({ sealing }: SecretKey, deliveryId: string): Buffer {
  return createHmac('sha256', sealing).update(deliveryId).digest();
}

function boundTo({ id }: SecretKey, deliveryId: string): Buffer {
  return Buffer.from(`mail-service ${VERSION} ${id} ${deliveryId}`);
}
