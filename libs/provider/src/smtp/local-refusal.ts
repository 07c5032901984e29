import type { SmtpReply } from '@mail/domain';
import { needsUtf8 } from '../mime/address-headers.js';
import type { SmtpExtensions } from './smtp-extensions.js';

/** What would end the path early in a command. Acceptance refuses such an address; here it must not become a command. */
const NO_PATH = /[\s\p{Cc}<>]/u;

/** The refusal that a server would have to give for this address, said without asking it; `null`: ask. */
export function refuseAddress(address: string, extensions: SmtpExtensions): SmtpReply | null {
  if (address === '' || NO_PATH.test(address)) {
    return { code: 553, enhanced: '5.1.3', text: 'Not an address that SMTP can carry (refused before it was sent)' };
  }
  if (needsUtf8(address) && !extensions.smtpUtf8) {
    return {
      code: 550,
      enhanced: '5.6.7',
      text: 'The server does not offer SMTPUTF8, which this address needs (refused before it was sent)',
    };
  }
  return null;
}

/** The same for a message over the limit that the server announced (RFC 1870). */
export function refuseSize(octets: number, { maxSize }: SmtpExtensions): SmtpReply | null {
  if (maxSize === null || octets <= maxSize) return null;
  const text = `The message has ${octets} octets, and the server announced a limit of ${maxSize} (refused before it was sent)`;
  return { code: 552, enhanced: '5.3.4', text };
}
