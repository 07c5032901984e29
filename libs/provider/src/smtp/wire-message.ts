import { composeMime } from '../compose-mime.js';
import type { OutgoingMail } from '../outgoing-mail.js';
import { dotStuff } from './dot-stuff.js';

/** A mail composed once for an attempt, whichever connection it goes over. */
export interface WireMessage {
  /** Octets of the message, before dot-stuffing: what SIZE counts (RFC 1870 3). */
  readonly size: number;
  /** Dot-stuffed, with the final dot. */
  readonly data: Buffer;
  /** Whether headers hold UTF-8 (RFC 6532), which only addresses can bring. Bodies are ASCII whatever they say. */
  readonly utf8: boolean;
}

/** @throws Error as `composeMime` does */
export function wireMessage(mail: OutgoingMail): WireMessage {
  const message = composeMime(mail);
  const utf8 = [mail.from.email, ...mail.to, ...mail.cc, ...mail.replyTo].some(needsUtf8);
  return { size: message.length, data: dotStuff(message), utf8 };
}

export function needsUtf8(address: string): boolean {
  return /[^\x20-\x7e]/.test(address);
}
