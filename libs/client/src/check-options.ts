import type { MailClientOptions } from './request.js';

const VISIBLE = String.raw`(?![\p{Default_Ignorable_Code_Point}\u2800\ufffc\ufffd])[\p{L}\p{M}\p{N}\p{P}\p{S}]`;
const OPERATOR = new RegExp(`^${VISIBLE}(?:(?:${VISIBLE}| ){0,126}${VISIBLE})?$`, 'u');
/** Of a timer. */
const LONGEST_MS = 2 ** 31 - 1;

/** Whether a name is fit for the audit trail: 1 to 128 visible characters of any script, spaces within. */
export function isOperatorName(name: string): boolean {
  return OPERATOR.test(name);
}

/** @throws TypeError naming the option, what it is, and what it must be; of the URL nothing that may be a password */
export function checkOptions({ url, operator, timeoutMs, retry = {}, fetch }: MailClientOptions): URL {
  const address = addressOf(url);
  if (operator !== undefined && !(typeof operator === 'string' && isOperatorName(operator))) {
    throw new TypeError(`operator must have 1 to 128 visible characters, spaces within, and is ${shown(operator)}`);
  }
  checkNumber('timeoutMs', timeoutMs, 1, 'ms');
  checkNumber('retry.maxTries', retry.maxTries, 1);
  checkNumber('retry.maxElapsedMs', retry.maxElapsedMs, 0, 'ms');
  checkNumber('retry.baseDelayMs', retry.baseDelayMs, 0, 'ms');
  if (fetch !== undefined && typeof fetch !== 'function') throw new TypeError(`fetch must be a function, and is ${shown(fetch)}`);
  return address;
}

function addressOf(given: unknown): URL {
  const wanted = 'url must be an http:// or https:// address such as http://mail.internal:8080';
  if (typeof given !== 'string' || given.trim() === '') throw new TypeError(`${wanted}, and is ${shown(given)}`);
  const address = URL.canParse(given) ? new URL(given) : null;
  if (address === null || !['http:', 'https:'].includes(address.protocol)) {
    const meant = `http://${given}`;
    const cure = !given.includes('//') && URL.canParse(meant) && new URL(meant).host !== '' ? `: did you mean ${meant}?` : '';
    throw new TypeError(`${wanted}, and is ${shown(given)}${cure}`);
  }
  if (address.username !== '' || address.password !== '') {
    throw new TypeError('url must not hold a user name or a password: fetch refuses such an address');
  }
  if (address.search !== '' || address.hash !== '') throw new TypeError(`url must end with its path, and is ${shown(given)}`);
  return address;
}

function checkNumber(name: string, value: unknown, least: number, unit = ''): void {
  if (value === undefined) return;
  if (typeof value === 'number' && value >= least && value <= LONGEST_MS) return;
  throw new TypeError(`${name} must be a number from ${least} to ${LONGEST_MS}${unit === '' ? '' : ` (${unit})`}, and is ${shown(value)}`);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value) : String(value);
}
