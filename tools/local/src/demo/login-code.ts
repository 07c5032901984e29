import { setTimeout as pause } from 'node:timers/promises';
import type { Asked } from './traffic.ts';

export interface LoginCode {
  readonly idempotencyKey: string;
  readonly email: string;
  readonly code: string;
  readonly locale: string;
}

export interface LoginAnswer {
  readonly deliveryId: string;
  readonly replayed: boolean;
}

const RETRY_EVERY_MS = 100;
const RETRY_FOR_MS = 60_000;

/** What the mail of a login code is checked against. */
export function askedOf({ idempotencyKey, email, code, locale }: LoginCode): Asked {
  const content = { mode: 'template', template_id: 'auth.login_code', locale, variables: { code } } as const;
  return { kind: 'login code over HTTP', source: 'auth', idempotencyKey, command: { to: [email], content, priority: 'high' } };
}

/**
 * Asks for a login code over HTTP. A connection that fails, or a 503, says nothing about what happened: then the same request goes
 * out again under the same key, as a careful caller does.
 */
export async function sendLoginCode(api: string, { idempotencyKey, ...body }: LoginCode): Promise<LoginAnswer> {
  const untilMs = performance.now() + RETRY_FOR_MS;
  for (;;) {
    const response = await fetch(`${api}/api/v1/internal/login-code-deliveries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    }).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    if (!(response instanceof Error) && response.status === 202) {
      const { delivery_id: deliveryId } = (await response.json()) as { delivery_id: string };
      return { deliveryId, replayed: response.headers.get('idempotency-replayed') === 'true' };
    }
    const passing = response instanceof Error || response.status === 503;
    const said = response instanceof Error ? String(response.cause ?? response) : `${response.status} ${await response.text()}`;
    if (!passing || performance.now() > untilMs) throw new Error(`The login code was not accepted: ${said}`);
    await pause(RETRY_EVERY_MS);
  }
}

/** Login codes of one run, in the three locales. */
export function loginCodes(run: string, count: number): LoginCode[] {
  return Array.from({ length: count }, (_, n) => ({
    idempotencyKey: `${run}-login-${n}`,
    email: `login-${n}@players.example`,
    code: String(481_516 + n * 2342),
    locale: ['de-AT', 'en', 'fr'][n % 3] ?? 'en',
  }));
}
