import { join } from 'node:path';
import { secretIn } from './secret.ts';

const KEY_BYTES = 32;

/**
 * MAIL_SECRETS_KEY for a database of ours, kept beside it, where the caller sets none. A database that was given may belong to processes
 * that have a key of their own, or none: what we sealed there they could not open.
 */
export function secretsKeyOf(folder: string, { own }: { readonly own: boolean }): Readonly<Record<string, string>> {
  if (!own || (process.env['MAIL_SECRETS_KEY'] ?? '') !== '') return {};
  return { MAIL_SECRETS_KEY: secretIn(join(folder, 'secrets-key'), KEY_BYTES) };
}
