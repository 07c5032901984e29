import { eventually } from '@mail/testing';
import type { MailSystem } from './mail-system.js';

export type EntryFields = readonly (readonly [string | Buffer, string | Buffer])[];

export interface MalformedRecord {
  readonly entry_id: string;
  readonly source: string | null;
  readonly code: string;
  readonly reason: string;
  readonly pointers: readonly string[];
  readonly raw: Buffer | null;
  readonly sha256: Buffer | null;
}

/**
 * XADDs all entries in one burst, waits until the offset is the last of them, and returns the malformed records of each, in
 * order.
 */
export async function throughStream(system: MailSystem, entries: readonly EntryFields[]): Promise<readonly (readonly MalformedRecord[])[]> {
  const { redis, stream } = system.stream;
  const { client } = system.database;
  const burst = redis.pipeline();
  for (const fields of entries) burst.xadd(stream, '*', ...fields.flat());
  const ids = ((await burst.exec()) ?? []).map(([error, id]) => {
    if (error !== null) throw error;
    return String(id);
  });
  await eventually(
    'the stream is consumed',
    async () => (await client.query<{ last_id: string }>('select last_id from stream_offsets')).rows[0]?.last_id === ids.at(-1),
    60_000,
  );
  const { rows } = await client.query<MalformedRecord>(
    `select entry_id, source, code, reason, raw, sha256, array(select f ->> 'pointer' from jsonb_array_elements(faults) f) as pointers
     from malformed_commands where entry_id = any($1)`,
    [ids],
  );
  return ids.map((id) => rows.filter(({ entry_id }) => entry_id === id));
}
