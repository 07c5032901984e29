import { DSN_SHAPE, readDsn } from '@mail/persistence/read-dsn';
import { kind, type Kind } from './kind.js';

/** A PostgreSQL connection URI that can be kept to in full; the files that it names can be read. */
export const postgresDsn: Kind<string> = kind<string>(DSN_SHAPE, (text) => {
  const reading = readDsn(text);
  return reading.ok ? { value: text } : { fault: reading.fault };
});
