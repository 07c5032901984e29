import type { World } from './make-world.ts';

interface Adoption {
  readonly last_id: string;
  readonly may_be_sent_again: number | null;
}

/** What an operator does once a stream that went backwards is the one to go on with: what idempotency keys cover is read. */
export function adoptStream(world: World): Promise<Adoption> {
  return ask(world, {});
}

/** What it would mean to read on after this entry. */
export function tryAdoption(world: World, lastId: string): Promise<Adoption> {
  return ask(world, { last_id: lastId, dry_run: true });
}

async function ask({ api, stream }: World, more: object): Promise<Adoption> {
  const response = await fetch(`${api}/api/v1/internal/stream/adopt`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-operator': 'faults' },
    body: JSON.stringify({ confirm: stream, ...more }),
  });
  if (!response.ok) throw new Error(`the stream is not adopted: ${response.status} ${await response.text()}`);
  return (await response.json()) as Adoption;
}
