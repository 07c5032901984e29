import { isIPv4, isIPv6 } from 'node:net';
import { kind, type Kind } from './kind.js';

const LABEL = '(?!-)[a-z0-9-]{1,63}(?<!-)';
const FULL_NAME = new RegExp(String.raw`^(?=.{1,253}$)${LABEL}(?:\.${LABEL})+$`, 'i');
/** Names that machines give themselves, and that mean nothing to others. */
const LOCAL_NAME = /\.(?:localdomain|localhost)$/i;

const isLiteral = (text: string): boolean => {
  const inside = /^\[(?<v6>IPv6:)?(?<address>[^\]]+)\]$/i.exec(text)?.groups;
  if (inside === undefined) return false;
  const { v6, address = '' } = inside;
  return v6 === undefined ? isIPv4(address) : isIPv6(address);
};

/** What EHLO says (RFC 5321 4.1.1.1): servers that check it want a full name, or the address. */
export const ehloName: Kind<string> = kind(
  'a full domain name such as mail.example.com, or an address literal such as [192.0.2.1]',
  (text) => (FULL_NAME.test(text) || isLiteral(text) ? { value: text } : null),
);

/** The full name of this host; where it has none, the sender's domain. */
export function defaultEhloName(hostName: string, sender: string): string {
  const isFullName = FULL_NAME.test(hostName) && !LOCAL_NAME.test(hostName) && !isIPv4(hostName);
  return isFullName ? hostName : sender.slice(sender.lastIndexOf('@') + 1);
}
