import { domainToASCII } from 'node:url';
import { VISIBLE_CHARACTER } from './visible-character.js';

export type ParsedMailAddress = { readonly ok: true; readonly address: string } | { readonly ok: false; readonly detail: string };

const MAX_LOCAL_OCTETS = 64;
const MAX_ADDRESS_OCTETS = 254;
/** Of an address as it is given. Composing takes away up to three of four code units, so that no text that is longer can fit. */
const MAX_GIVEN_LENGTH = 4 * (MAX_LOCAL_OCTETS + 1 + MAX_ADDRESS_OCTETS);

const ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]";
const BEYOND_ASCII = String.raw`(?![\u0000-\u007f])${VISIBLE_CHARACTER}`;

const dotAtom = (atom: string): RegExp => new RegExp(String.raw`^(?:${atom})+(?:\.(?:${atom})+)*$`, 'u');
const LOCAL_PART = dotAtom(`${ATEXT}|${BEYOND_ASCII}`);

const LABEL = '(?!-)[a-z0-9-]{1,63}(?<!-)';
const DOMAIN = new RegExp(String.raw`^${LABEL}(?:\.${LABEL})*$`);
/** What may stand in a domain before it becomes A-labels: nothing that a URL parser would drop, decode or cut at. */
const UNICODE_DOMAIN = new RegExp(`^(?:[A-Za-z0-9.-]|${BEYOND_ASCII})+$`, 'u');
/** A last label that URL parsers and resolvers read as a number, so that the whole would be an IPv4 address. */
const ENDS_IN_NUMBER = /(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$/;

/**
 * Reads one bare address (an addr-spec, RFC 5321 4.1.2 and RFC 6531 3.3) into its normal form: the local part in NFC (RFC 6532 3.1),
 * the domain in lower-case A-labels. So one address has one form, however it is typed.
 *
 * The HTML standard's rule, with these decisions:
 * - the local part is a dot-atom of at most 64 octets in UTF-8 (HTML also takes `a..b` and `.a`); a quoted local part is
 *   refused, since few servers take one and it is the classical way to smuggle syntax past the next parser;
 * - a local part beyond ASCII is taken, of what can be seen: whether the server can deliver it (SMTPUTF8) is known at the attempt only;
 * - a domain of one label, such as `localhost`, is taken; one that ends in a number, or an address literal (`[127.0.0.1]`), is
 *   refused, since mail is addressed to names;
 * - at most 254 octets in all (RFC 3696, erratum 1690); no display name, group, comment, space or control character.
 *
 * `detail` never repeats the address.
 */
export function parseMailAddress(given: string): ParsedMailAddress {
  // Composed first: a few letters become ASCII, such as U+037E, which is a semicolon.
  const text = given.length > MAX_GIVEN_LENGTH ? given : given.normalize('NFC');
  const at = text.lastIndexOf('@');
  if (at <= 0 || at === text.length - 1) return refused('must be an address of the form local-part@domain');
  const local = text.slice(0, at);
  // Its UTF-16 length is at most its length in octets: no long text is scanned.
  if (local.length > MAX_LOCAL_OCTETS || Buffer.byteLength(local) > MAX_LOCAL_OCTETS) {
    return refused(`must not have more than ${MAX_LOCAL_OCTETS} octets before the @`);
  }
  if (local.startsWith('"')) return refused('must not have a quoted local part');
  if (!LOCAL_PART.test(local))
    return refused("must be a bare address, whose local part is words of letters, digits and !#$%&'*+/=?^_`{|}~- joined by single dots");

  const domainText = text.slice(at + 1);
  if (domainText.startsWith('[')) return refused('must have a domain name, not an address literal');
  const domain = domainText.length > MAX_ADDRESS_OCTETS ? null : normalDomain(domainText);
  if (domain === null) return refused('must have a valid domain name after the @');
  if (ENDS_IN_NUMBER.test(domain)) return refused('must have a domain name that does not end in a number');

  const address = `${local}@${domain}`;
  if (Buffer.byteLength(address) > MAX_ADDRESS_OCTETS) return refused(`must not have more than ${MAX_ADDRESS_OCTETS} octets`);
  return { ok: true, address };
}

function normalDomain(given: string): string | null {
  const lower = given.toLowerCase();
  const ascii = DOMAIN.test(lower);
  if (ascii && !lower.includes('xn--')) return lower;
  if (!ascii && !UNICODE_DOMAIN.test(given)) return null;
  // UTS 46; the empty text for what is no domain.
  const labels = domainToASCII(given);
  return DOMAIN.test(labels) ? labels : null;
}

function refused(detail: string): ParsedMailAddress {
  return { ok: false, detail };
}
