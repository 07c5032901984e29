import { kind, type Kind } from './kind.js';

const KEY_BYTES = 32;
const HEX = /^[0-9a-f]{64}$/i;
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;
/** Of 32 random bytes some 30 differ; fewer than half never do. */
const LEAST_DIFFERENT = 16;

/** 32 random bytes, in base64 or hexadecimal. A key of a few bytes that repeat is refused. */
export const secretKey: Kind<Buffer> = kind(
  '32 random bytes in base64, as `openssl rand -base64 32` makes them (or 64 hexadecimal digits)',
  (text) => {
    const hex = HEX.test(text);
    if (!hex && !BASE64.test(text)) return null;
    const value = Buffer.from(text, hex ? 'hex' : 'base64');
    return value.length === KEY_BYTES && new Set(value).size >= LEAST_DIFFERENT ? { value } : null;
  },
);
