import { hash } from 'node:crypto';

// Begins after what may stand before an address, so that the user in a URI (`postgres://mail@db`) is none; nor is a censored password.
const ADDRESS = /(?<![^\s<("'=,;:[])(?:"[^"\s]+"|[\p{L}\p{N}.!#$%&+=?^_`{|}~-]+)@(?:[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*|\[[^\]\s]+\])/gu;

/** The text with each mail address in it replaced by `address:` and twelve digits of its hash, so that lines of one address can be told. */
export function hashAddresses(text: string): string {
  return text.includes('@') ? text.replace(ADDRESS, (address) => `address:${hash('sha256', address.toLowerCase()).slice(0, 12)}`) : text;
}

/** The same in every text of a value made of plain objects and arrays. */
export function hashAddressesWithin(value: unknown): unknown {
  if (typeof value === 'string') return hashAddresses(value);
  if (Array.isArray(value)) return value.map(hashAddressesWithin);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, hashAddressesWithin(inner)]));
}
