import type { DeliveryRequest, LoginCodeRequest } from './delivery-command.js';

export const AUTH_SOURCE = 'auth';
export const LOGIN_CODE_TEMPLATE = 'auth.login_code';
const LOGIN_CODE_LIFETIME_MS = 15 * 60_000;

/**
 * The delivery of a login code: before everything else, and in place of an older code for the same address. Without an
 * `expires_at` it has 15 minutes from acceptance.
 */
export function loginCodeCommand({ email, code, locale, expires_at }: LoginCodeRequest): DeliveryRequest {
  return {
    source: AUTH_SOURCE,
    command: {
      to: [email],
      cc: [],
      bcc: [],
      reply_to: [],
      content: { mode: 'template', template_id: LOGIN_CODE_TEMPLATE, locale, variables: { code } },
      attachments: [],
      headers: {},
      tags: {},
      priority: 'high',
      deliver_at: null,
      expires_at,
      supersede_key: email,
      on_uncertain: null,
      ...(expires_at === null && { expires_in_ms: LOGIN_CODE_LIFETIME_MS }),
    },
  };
}
