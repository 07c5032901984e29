const SECRET_KEYS = new Set(['password', 'authorization', 'cookie', 'dsn', 'primaryDsn', 'replicaDsns', 'secretKeys']);

type Fields = Record<string, unknown>;

/**
 * The object with `***` in place of what stands under the name of a secret, here and one level below; the same one where there is nothing
 * to hide. Errors are left to their serializer. For every line that is logged: pino's own redaction costs more than the line.
 */
export function maskSecretKeys(object: Fields, below = 1): Fields {
  let masked: Fields | null = null;
  for (const [key, value] of Object.entries(object)) {
    const shown = SECRET_KEYS.has(key) ? '***' : below > 0 && isPlain(value) ? maskSecretKeys(value, below - 1) : value;
    if (shown !== value) (masked ??= { ...object })[key] = shown;
  }
  return masked ?? object;
}

function isPlain(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !(value instanceof Error) && !Array.isArray(value);
}
