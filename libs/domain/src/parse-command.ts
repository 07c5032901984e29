import type { z } from 'zod';
import { commandFaultDetail, commandFaults } from './command-faults.js';
import {
  type DeliveryCommand,
  deliveryCommandSchema,
  type DeliveryRequest,
  deliveryRequestSchema,
  type LoginCodeRequest,
  loginCodeRequestSchema,
  type ResendOptions,
  resendRequestSchema,
} from './delivery-command.js';
import type { Refusal } from './problem.js';
import { protoFaults } from './proto-faults.js';
import { parseStrictJson } from './strict-json.js';
import { validationFailed } from './validation-failed.js';

export type Parsed<Name extends string, Value> =
  ({ readonly ok: true } & { readonly [name in Name]: Value }) | { readonly ok: false; readonly refusal: Refusal };

export type ParsedDeliveryCommand = Parsed<'command', DeliveryCommand>;
export type ParsedDeliveryRequest = Parsed<'request', DeliveryRequest>;
export type ParsedLoginCodeRequest = Parsed<'request', LoginCodeRequest>;

/**
 * A command in its normal form from the bytes of its JSON, or why not: `malformed_json`, `command_too_large` past `maxBytes`,
 * or `validation_failed` with every fault, 50 at most; the detail says where there are more. No fault repeats a value.
 */
export function parseDeliveryCommand(bytes: Uint8Array, maxBytes: number): ParsedDeliveryCommand {
  const parsed = parseBySchema(deliveryCommandSchema, bytes, maxBytes);
  return parsed.ok ? { ok: true, command: parsed.value } : parsed;
}

/** As `parseDeliveryCommand`, for a command with its `source`. */
export function parseDeliveryRequest(bytes: Uint8Array, maxBytes: number): ParsedDeliveryRequest {
  const parsed = parseBySchema(deliveryRequestSchema, bytes, maxBytes);
  return parsed.ok ? { ok: true, request: parsed.value } : parsed;
}

/** As `parseDeliveryCommand`, for a login code. */
export function parseLoginCodeRequest(bytes: Uint8Array, maxBytes: number): ParsedLoginCodeRequest {
  const parsed = parseBySchema(loginCodeRequestSchema, bytes, maxBytes);
  return parsed.ok ? { ok: true, request: parsed.value } : parsed;
}

/** As `parseDeliveryCommand`, for the body of a resend, which may be left out. */
export function parseResendRequest(bytes: Uint8Array | null, maxBytes: number): Parsed<'request', ResendOptions> {
  if (bytes === null || bytes.length === 0) return { ok: true, request: { expires_at: null } };
  const parsed = parseBySchema(resendRequestSchema, bytes, maxBytes);
  return parsed.ok ? { ok: true, request: parsed.value } : parsed;
}

/** What a schema makes of the bytes of its JSON, or why not, as `parseDeliveryCommand` says. */
export function parseBySchema<S extends z.ZodType>(schema: S, bytes: Uint8Array, maxBytes: number): Parsed<'value', z.output<S>> {
  const json = parseStrictJson(bytes, maxBytes);
  if (!json.ok) return json;
  const proto = protoFaults(json.value);
  if (proto.length > 0) return { ok: false, refusal: validationFailed(proto) };
  const parsed = schema.safeParse(json.value, { error: commandFaultDetail });
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, refusal: validationFailed(commandFaults(parsed.error.issues)) };
}
