import type { MailSystem } from './mail-system.js';

export interface OperatorAnswer {
  readonly status: number;
  /** Of the content. */
  readonly type: string | null;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One request under `/api/v1/internal/`; without `body` it has none. */
export async function askOperator(
  { url }: Pick<MailSystem, 'url'>,
  method: 'GET' | 'POST',
  path: string,
  { headers = {}, body }: { readonly headers?: Readonly<Record<string, string>> | undefined; readonly body?: unknown } = {},
): Promise<OperatorAnswer> {
  const response = await fetch(`${url}/api/v1/internal/${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}
