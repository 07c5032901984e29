import { kind, type Kind } from './kind.js';

const ALLOWED = 'a URI postgres://…@host:port/database, special characters in the password percent-encoded';

/** A PostgreSQL connection URI with a host (in the URI, or a socket folder as `?host=`) and a database. */
export const postgresDsn: Kind<string> = kind(ALLOWED, (text) => {
  if (!/^postgres(?:ql)?:\/\//.test(text) || !URL.canParse(text)) return null;
  const { hostname, pathname, searchParams } = new URL(text);
  const hasHost = hostname !== '' || searchParams.has('host');
  return hasHost && pathname.length > 1 ? { value: text } : null;
});
