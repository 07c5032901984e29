import { needsUtf8 } from '../mime/address-headers.js';
import type { SmtpExtensions } from './smtp-extensions.js';
import type { WireMessage } from './wire-message.js';

/** The MAIL command with the parameters that the server offers and this mail needs (RFC 1870, RFC 6152, RFC 6531). */
export function mailFrom(sender: string, recipients: readonly string[], message: WireMessage, extensions: SmtpExtensions): string {
  const utf8 = message.utf8 || needsUtf8(sender) || recipients.some(needsUtf8);
  let command = `MAIL FROM:<${sender}>`;
  if (extensions.size) command += ` SIZE=${message.size}`;
  if (message.utf8 && extensions.eightBitMime) command += ' BODY=8BITMIME';
  if (utf8 && extensions.smtpUtf8) command += ' SMTPUTF8';
  return `${command}\r\n`;
}
