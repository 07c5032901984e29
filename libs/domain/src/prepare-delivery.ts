import { timingSafeEqual } from 'node:crypto';
import type { DeliveryCommand } from './delivery-command.js';
import { PRIORITIES, RECIPIENT_KINDS, type OnUncertain } from './delivery.js';
import { fingerprint, secretHash, secretVariables } from './fingerprint.js';
import { AUTH_SOURCE } from './login-code-command.js';
import type { NewDelivery, RememberedKey, StoredContent } from './new-delivery.js';
import type { Refusal } from './problem.js';
import { keyOfMac, sealSecrets, secretMac, type SecretKeys } from './sealed-secrets.js';
import { splitVariables } from './split-variables.js';
import { validationFailed } from './validation-failed.js';

/** What acceptance asks a template. */
export interface KnownTemplate {
  readonly templateHash: string;
  readonly onUncertain: OnUncertain;
  readonly secretNames: readonly string[];
  resolveLocale(requested: string | null): string;
  checkVariables(variables: Readonly<Record<string, unknown>>): { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal };
}

/** What the process accepts commands with. */
export interface AcceptanceTerms {
  /** In `stub` mode a delivery of source `auth` ends at acceptance, without an attempt. */
  readonly mode: 'stub' | 'smtp';
  readonly from: { readonly email: string; readonly name: string | null };
  readonly templates: { get(templateId: string): KnownTemplate | undefined };
  readonly secretKeys: SecretKeys;
}

/** A command with who sent it, and under which key. */
export interface Submission {
  readonly source: string;
  readonly idempotencyKey: string;
  readonly command: DeliveryCommand;
  readonly traceparent: string | null;
  readonly tracestate: string | null;
}

/** Made by whoever has a clock and randomness: two UUIDv7 and 16 random bytes. */
export interface FreshIds {
  readonly deliveryId: string;
  readonly attemptId: string;
  readonly salt: Buffer;
}

export type PreparedDelivery = { readonly ok: true; readonly delivery: NewDelivery } | { readonly ok: false; readonly refusal: Refusal };

/**
 * What a command becomes if its key is new; or why it cannot be accepted: an unknown template, variables that it cannot render, or content
 * of source `auth` that may hold a code in plain sight.
 */
export function prepareDelivery(
  { source, idempotencyKey, command, traceparent, tracestate }: Submission,
  terms: AcceptanceTerms,
  ids: FreshIds,
): PreparedDelivery {
  const { content } = command;
  const template = content.mode === 'template' ? terms.templates.get(content.template_id) : undefined;
  if (content.mode === 'template') {
    if (template === undefined) return { ok: false, refusal: UNKNOWN_TEMPLATE };
    const checked = template.checkVariables(content.variables);
    if (!checked.ok) return checked;
  } else if (source === AUTH_SOURCE) {
    return { ok: false, refusal: RENDERED_BY_AUTH };
  }
  const secretNames = template?.secretNames ?? [];
  const suppressed = terms.mode === 'stub' && source === AUTH_SOURCE;
  const variables = content.mode === 'template' ? splitVariables(content.variables, secretNames) : null;
  const secret = variables?.secret ?? null;
  const [key] = terms.secretKeys;
  // With a key neither is stored: from salt and hash together a short code is guessed.
  const hash = suppressed || key !== undefined ? null : secretHash(ids.salt, command, secretNames);
  return {
    ok: true,
    delivery: {
      deliveryId: ids.deliveryId,
      attemptId: ids.attemptId,
      scope: source,
      source,
      idempotencyKey,
      priority: command.priority,
      lane: PRIORITIES.indexOf(command.priority),
      templateId: content.mode === 'template' ? content.template_id : null,
      locale: content.mode === 'template' ? (template?.resolveLocale(content.locale) ?? null) : null,
      templateHash: template?.templateHash ?? null,
      tags: command.tags,
      messageId: messageId(ids.deliveryId, terms.from.email),
      from: terms.from,
      deliverAt: command.deliver_at,
      expiresAt: command.expires_at,
      expiresInMs: command.expires_in_ms ?? null,
      supersedeKey: command.supersede_key,
      onUncertain: command.on_uncertain ?? template?.onUncertain ?? 'retry',
      resendOf: null,
      traceparent,
      tracestate,
      fingerprint: fingerprint(command, secretNames),
      secretNames,
      secretSalt: hash === null ? null : ids.salt,
      secretHash: hash,
      secretMac: key === undefined || secretNames.length === 0 ? null : secretMac(key, ids.deliveryId, secret),
      content: storedContent(command, variables?.plain ?? {}),
      secretVariables: key === undefined || secret === null ? secret : sealSecrets(key, ids.deliveryId, secret, ids.salt),
      suppressed,
      recipients: RECIPIENT_KINDS.flatMap((kind) => command[kind].map((address) => ({ address, kind }))).map((recipient, position) => ({
        position,
        ...recipient,
      })),
    },
  };
}

/**
 * Whether a command is the one that an idempotency key is remembered for. Where the secrets are wiped and no `secretMac` is there, or one of
 * a key that this process lacks, the rest decides.
 */
export function isSameCommand(command: DeliveryCommand, key: RememberedKey, secretKeys: SecretKeys): boolean {
  if (!timingSafeEqual(fingerprint(command, key.secretNames), key.fingerprint)) return false;
  if (key.secretMac !== null) {
    const secretKey = keyOfMac(secretKeys, key.secretMac);
    if (secretKey === undefined) return true;
    return timingSafeEqual(secretMac(secretKey, key.deliveryId, secretVariables(command, key.secretNames)), key.secretMac);
  }
  if (key.secretSalt === null || key.secretHash === null) return true;
  const hash = secretHash(key.secretSalt, command, key.secretNames);
  return hash !== null && timingSafeEqual(hash, key.secretHash);
}

/** RFC 5322 3.6.4: unique by the delivery's id, in the sender's own domain. */
export function messageId(deliveryId: string, fromEmail: string): string {
  return `<${deliveryId}@${fromEmail.slice(fromEmail.lastIndexOf('@') + 1)}>`;
}

const UNKNOWN_TEMPLATE: Refusal = {
  code: 'unknown_template',
  detail: 'There is no such template in the catalog.',
  faults: [{ pointer: '/content/template_id', detail: 'names no template of the catalog' }],
};

const RENDERED_BY_AUTH = validationFailed([
  { pointer: '/content/mode', detail: 'must be "template": source auth sends from templates only, whose secret variables are wiped' },
]);

function storedContent(
  { content, reply_to, headers, attachments }: DeliveryCommand,
  plainVariables: Record<string, unknown>,
): StoredContent {
  return {
    body:
      content.mode === 'template'
        ? { mode: 'template', variables: plainVariables }
        : { mode: 'rendered', subject: content.subject, text: content.text, html: content.html },
    reply_to,
    headers,
    attachments,
  };
}
