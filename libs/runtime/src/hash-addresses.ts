import { createHmac } from 'node:crypto';

// Begins after what may stand before an address, so that the user in a URI (`postgres://mail@db`) is none; nor is a censored password.
const ADDRESS = /(?<![^\s<("'=,;:[])(?:"[^"\s]+"|[\p{L}\p{N}.!#$%&+=?^_`{|}~-]+)@(?:[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*|\[[^\]\s]+\])/gu;

/** Twelve hexadecimal digits that stand for an address: of its HMAC-SHA-256, so that nobody without the key can try addresses. */
export function addressHash(address: string, key: Buffer): string {
  return createHmac('sha256', key).update(address.toLowerCase()).digest('hex').slice(0, 12);
}

/** The text with each mail address in it replaced by `address:` and its hash, so that lines of one address can be told. */
export function hashAddresses(text: string, key: Buffer): string {
  return text.includes('@') ? text.replace(ADDRESS, (address) => `address:${addressHash(address, key)}`) : text;
}

/** The same in every text of a value made of plain objects and arrays. */
export function hashAddressesWithin(value: unknown, key: Buffer): unknown {
  if (typeof value === 'string') return hashAddresses(value, key);
  if (Array.isArray(value)) return value.map((inner) => hashAddressesWithin(inner, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, hashAddressesWithin(inner, key)]));
}
