import { isAscii } from 'node:buffer';
import { composeMime } from '../compose-mime.js';
import type { OutgoingMail } from '../outgoing-mail.js';
import { dotStuff } from './dot-stuff.js';

/** A mail composed once for an attempt, whichever connection it goes over. */
export interface WireMessage {
  /** Octets of the message, before dot-stuffing: what SIZE counts (RFC 1870 3). */
  readonly size: number;
  /** Dot-stuffed, with the final dot. */
  readonly data: Buffer;
  /** Whether it holds UTF-8 (RFC 6532), which only addresses in its headers can bring. Bodies are ASCII whatever they say. */
  readonly utf8: boolean;
}

/** @throws Error as `composeMime` does */
export function wireMessage(mail: OutgoingMail): WireMessage {
  const message = composeMime(mail);
  return { size: message.length, data: dotStuff(message), utf8: !isAscii(message) };
}
