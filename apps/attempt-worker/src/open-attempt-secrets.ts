import { openSecrets, type SecretKeys } from '@mail/domain';
import type { TakenAttempt } from '@mail/persistence';

/** Why the secrets of an attempt cannot be opened here: a fault of ours, since the mail itself is as it should be. */
const WHY = {
  unknown_key: 'MAIL_SECRETS_KEY of this process lacks the key that they were sealed with',
  not_authentic: 'they were changed since, or belong to another delivery',
} as const;

/** Says which key, and why; nothing of what it seals. */
export class SecretsNotOpenedError extends Error {
  override readonly name = 'SecretsNotOpenedError';
}

/** The secret variables of a taken attempt; `null` where it has none. Throws where they cannot be opened, before anything of it is sent. */
export function openAttemptSecrets(
  { delivery_id, secret_variables }: Pick<TakenAttempt, 'delivery_id' | 'secret_variables'>,
  keys: SecretKeys,
): Readonly<Record<string, unknown>> | null {
  if (secret_variables === null) return null;
  const opened = openSecrets(keys, delivery_id, secret_variables);
  if (opened.ok) return opened.variables;
  throw new SecretsNotOpenedError(`the secret variables cannot be opened (key ${opened.keyId}): ${WHY[opened.reason]}`);
}
