import { timingSafeEqual } from 'node:crypto';
import type { DeliveryCommand } from './delivery-command.js';
import { PRIORITIES, RECIPIENT_KINDS, type OnUncertain } from './delivery.js';
import { fingerprint, secretHash } from './fingerprint.js';
import { AUTH_SOURCE } from './login-code-command.js';
import type { NewDelivery, RememberedKey, StoredContent } from './new-delivery.js';
import type { Refusal } from './problem.js';
import { splitVariables } from './split-variables.js';

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

/** What a command becomes if its key is new; or why it cannot be accepted: an unknown template, or variables that it cannot render. */
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
  }
  const secretNames = template?.secretNames ?? [];
  const suppressed = terms.mode === 'stub' && source === AUTH_SOURCE;
  const variables = content.mode === 'template' ? splitVariables(content.variables, secretNames) : null;
  const hash = suppressed ? null : secretHash(ids.salt, command, secretNames);
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
      content: storedContent(command, variables?.plain ?? {}),
      secretVariables: variables?.secret ?? null,
      suppressed,
      recipients: RECIPIENT_KINDS.flatMap((kind) => command[kind].map((address) => ({ address, kind }))).map((recipient, position) => ({
        position,
        ...recipient,
      })),
    },
  };
}

/** Whether a command is the one that a key is remembered for. Once the secrets are wiped, the rest decides. */
export function isSameCommand(command: DeliveryCommand, key: RememberedKey): boolean {
  if (!timingSafeEqual(fingerprint(command, key.secretNames), key.fingerprint)) return false;
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
