import { createHmac, hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import type { DeliveryCommand } from './delivery-command.js';
import { splitVariables } from './split-variables.js';

/**
 * What decides whether two commands with one idempotency key are the same: 32 bytes, SHA-256 of the canonical command.
 * Secret variables are not in it, since a six-digit code is guessed from its hash in seconds; `secretHash`, or with a key `secretMac`, covers them.
 */
export function fingerprint(command: DeliveryCommand, secretNames: readonly string[]): Buffer {
  const { content, attachments } = command;
  const canonical = canonicalJson({
    ...command,
    content: content.mode === 'template' ? { ...content, variables: splitVariables(content.variables, secretNames).plain } : content,
    // Canonical base64 is one text for one content: it stands for the content here, hashed where it lies.
    attachments: attachments.map(({ content_base64, ...rest }) => ({ ...rest, content_sha256: hash('sha256', content_base64) })),
  });
  return hash('sha256', canonical, 'buffer');
}

/**
 * Whether the secret variables of two commands are the same, without being kept: 32 bytes, HMAC-SHA-256 by the row's own salt.
 * `null` when the command has none.
 */
export function secretHash(salt: Buffer, command: DeliveryCommand, secretNames: readonly string[]): Buffer | null {
  const secret = secretVariables(command, secretNames);
  return secret === null ? null : createHmac('sha256', salt).update(canonicalJson(secret)).digest();
}

/** The secret variables of a command; `null` when it has none. */
export function secretVariables({ content }: DeliveryCommand, secretNames: readonly string[]): Record<string, unknown> | null {
  return content.mode === 'template' ? splitVariables(content.variables, secretNames).secret : null;
}
