import { kind, type Kind } from './kind.js';

const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/;

/** A host as a `Host` header names it, in lower case, without its port. */
export const hostName: Kind<string> = kind('a host name or address without a port, IPv6 in brackets', (text) => {
  const value = text.toLowerCase();
  return HOST.test(value) ? { value } : null;
});
