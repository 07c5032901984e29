import type { World } from './make-world.ts';

/** What an operator does once a stream that went backwards is the one to go on with: it is read from its beginning. */
export async function adoptStream({ api, stream }: World): Promise<void> {
  const response = await fetch(`${api}/api/v1/internal/stream/adopt`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-operator': 'faults' },
    body: JSON.stringify({ confirm: stream }),
  });
  if (!response.ok) throw new Error(`the stream is not adopted: ${response.status} ${await response.text()}`);
}
