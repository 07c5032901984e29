import { assertHeaderSafe } from './assert-header-safe.js';
import { encodedWords } from './encoded-words.js';
import { NotComposable } from './not-composable.js';

const MAX_LINE = 78;
/** A longer name is encoded, since encoded-words can be folded anywhere. */
const LONGEST_RAW_NAME = 60;

/** What would end an address early in a list. Addresses are checked at acceptance, so one of these is a bug. */
const BREAKS_A_LIST = /[\s,;:<>()[\]\\"]/;
/** A dot-atom phrase (RFC 5322 3.2.5): words of atext with single spaces between them. */
const ATOMS = /^[\w!#$%&'*+/=?^`{|}~-]+(?: [\w!#$%&'*+/=?^`{|}~-]+)*$/;

/** How an address that is not ASCII stands in a header: as it is (RFC 6532), or as a group that names it and has no member (RFC 6857 3.1.3). */
export type AddressForm = 'utf8' | 'ascii';

/** Whether an address can be in a header, or a command, only as UTF-8. */
export function needsUtf8(address: string): boolean {
  return /[^\x20-\x7e]/.test(address);
}

/** `From: name <address>`, folded, without the last CRLF. A non-ASCII local part stands as UTF-8. */
export function fromHeader(email: string, name: string | null): string {
  const address = checked(email, 'From');
  if (name === null || name === '') return `From: ${address}`;
  assertHeaderSafe(name, 'From');
  const phrase = `From: ${displayName(name, 'From: '.length)}`;
  const column = phrase.length - (phrase.lastIndexOf('\n') + 1);
  return phrase + (column + 3 + address.length > MAX_LINE ? '\r\n ' : ' ') + `<${address}>`;
}

/** `To: a@example.com, b@example.com`, folded, without the last CRLF. */
export function addressListHeader(name: string, addresses: readonly string[], form: AddressForm): string {
  let result = `${name}:`;
  let column = result.length;
  addresses.forEach((raw, at) => {
    const comma = at === addresses.length - 1 ? '' : ',';
    if (form === 'ascii' && needsUtf8(raw)) {
      result += (at > 0 ? '\r\n ' : ' ') + emptyGroup(checked(raw, name), at > 0 ? 1 : column + 1) + comma;
      column = result.length - (result.lastIndexOf('\n') + 1);
      return;
    }
    const address = checked(raw, name) + comma;
    const folds = at > 0 && column + 1 + address.length > MAX_LINE;
    result += (folds ? '\r\n ' : ' ') + address;
    column = (folds ? 0 : column) + 1 + address.length;
  });
  return result;
}

/** `=?utf-8?B?asO2cmdAZXhhbXBsZS5jb20=?= :;` (jörg@example.com): a reader sees who else was written to, and a reply goes to nobody by it. */
function emptyGroup(address: string, column: number): string {
  const words = encodedWords(address, column);
  const last = words.length - (words.lastIndexOf('\n') + 1) + (words.includes('\n') ? 0 : column);
  return `${words}${last + ' :;,'.length > MAX_LINE ? '\r\n' : ''} :;`;
}

function displayName(name: string, column: number): string {
  const printable = /^[\x20-\x7e]*$/.test(name) && !name.includes('=?') && name.length <= LONGEST_RAW_NAME;
  if (!printable) return encodedWords(name, column);
  return ATOMS.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}

function checked(address: string, header: string): string {
  assertHeaderSafe(address, header);
  if (BREAKS_A_LIST.test(address)) throw new NotComposable(`not an address that ${header} can hold`);
  return address;
}
