import type { MailSystem } from './mail-system.js';

const AT_ONCE = 8;

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** POSTs each body under its key, a few at once, and returns the answers in order. */
export async function throughHttp(
  { url }: MailSystem,
  commands: readonly { readonly key: string; readonly body: Buffer }[],
): Promise<readonly HttpAnswer[]> {
  const answers: HttpAnswer[] = [];
  let next = 0;
  const post = async (): Promise<void> => {
    for (let at = next++; at < commands.length; at = next++) {
      const { key = '', body = Buffer.alloc(0) } = commands[at] ?? {};
      const response = await fetch(`${url}/api/v1/internal/deliveries`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: new Uint8Array(body),
      });
      answers[at] = {
        status: response.status,
        contentType: response.headers.get('content-type'),
        body: (await response.json()) as Record<string, unknown>,
      };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, post));
  return answers;
}
