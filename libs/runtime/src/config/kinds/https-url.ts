import { isLoopback } from '../../is-loopback.js';
import { kind, type Kind } from './kind.js';

/** Where a secret may be sent to. */
export const httpsUrl: Kind<string> = kind('an https:// URL without credentials (http:// to a loopback address only)', (text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return null;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(host)) ? { value: text } : null;
});
