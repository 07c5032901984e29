import { oneLine } from './parse-reply.js';
import { redact } from './redact.js';

/** A client of an authorisation server (RFC 6749 4.4). */
export interface OAuth2Client {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** `null`: what the server gives without being asked. */
  readonly scope: string | null;
}

/** `fresh`: fetched for whoever asked. `error`: one line, without secrets. */
export type GotToken = { readonly token: string; readonly fresh: boolean } | { readonly error: string };

const FETCH_MS = 10_000;
const LONGEST_ANSWER = 65_536;
/** For an answer that does not say how long its token lives. */
const LIFETIME_S = 300;
/** What is left of a token's life when the next one is fetched: the last tenth of it, and not more than five minutes. */
const RENEW_MS = 300_000;

/** Fetches access tokens by client credentials, keeps the last one, and renews it before its end. One request at a time. */
export class OAuth2Tokens {
  readonly #client: OAuth2Client;
  readonly #nowMs: () => number;
  #kept: { readonly token: string; readonly renewAtMs: number; readonly endsAtMs: number } | null = null;
  #fetching: Promise<GotToken> | null = null;

  /** `nowMs`: a monotonic clock. */
  constructor(client: OAuth2Client, nowMs: () => number = () => performance.now()) {
    this.#client = client;
    this.#nowMs = nowMs;
  }

  /** Never rejects. While a token is being renewed, or cannot be, the one before serves until its end. */
  async get(): Promise<GotToken> {
    const now = this.#nowMs();
    const kept = this.#kept;
    if (kept !== null && now < kept.renewAtMs) return { token: kept.token, fresh: false };
    this.#fetching ??= this.#fetch().finally(() => (this.#fetching = null));
    return kept !== null && now < kept.endsAtMs ? { token: kept.token, fresh: false } : this.#fetching;
  }

  /** The server refused it. */
  drop(token: string): void {
    if (this.#kept?.token === token) this.#kept = null;
  }

  async #fetch(): Promise<GotToken> {
    const { tokenUrl, clientId, clientSecret, scope } = this.#client;
    const askedAtMs = this.#nowMs();
    const failed = (why: string): GotToken => {
      const clean = redact(oneLine(why), [clientSecret, encodeURIComponent(clientSecret)]);
      return { error: `no OAuth2 token from ${new URL(tokenUrl).host}: ${clean}` };
    };
    try {
      const response = await fetch(tokenUrl, {
        method: 'POST',
        headers: { accept: 'application/json' },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: clientId,
          client_secret: clientSecret,
          ...(scope === null ? {} : { scope }),
        }),
        redirect: 'error',
        signal: AbortSignal.timeout(FETCH_MS),
      });
      const answer = readAnswer(await textOf(response));
      if (answer === null) return failed(`HTTP ${response.status}, and no JSON object of at most ${LONGEST_ANSWER} octets`);
      if (!response.ok) return failed([`HTTP ${response.status}`, answer['error'], answer['error_description']].filter(isText).join(' '));
      const { access_token: token, expires_in: seconds } = answer;
      if (!isText(token) || !/^[\x21-\x7e]+$/.test(token)) return failed(`HTTP ${response.status} without an access_token`);
      const lifeMs = 1_000 * (Number(seconds) > 0 ? Number(seconds) : LIFETIME_S);
      const endsAtMs = askedAtMs + lifeMs;
      this.#kept = { token, endsAtMs, renewAtMs: endsAtMs - Math.min(RENEW_MS, lifeMs / 10) };
      return { token, fresh: true };
    } catch (error) {
      return failed(reasonOf(error));
    }
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';

function readAnswer(text: string | null): Record<string, unknown> | null {
  try {
    const answer: unknown = JSON.parse(text ?? '');
    return typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? (answer as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** `null`: more than anybody needs. */
async function textOf({ body }: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > LONGEST_ANSWER) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${FETCH_MS} ms`;
  const { cause } = error;
  if (cause instanceof AggregateError) return cause.errors.map(String).join('; ');
  return cause instanceof Error ? cause.message : error.message;
}
