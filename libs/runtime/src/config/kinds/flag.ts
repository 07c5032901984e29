import { kind, type Kind } from './kind.js';

/** `true` or `false`, and no other spelling. */
export const flag: Kind<boolean> = kind('true or false', (text) =>
  text === 'true' || text === 'false' ? { value: text === 'true' } : null,
);
