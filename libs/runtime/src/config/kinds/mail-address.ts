import { parseMailAddress } from '@mail/domain';
import { kind, type Kind } from './kind.js';

/** One bare mail address, in its normal form. */
export const mailAddress: Kind<string> = kind('one bare mail address such as mail@example.com', (text) => {
  const read = parseMailAddress(text);
  return read.ok ? { value: read.address } : null;
});
