import { z } from 'zod';
import { parseBySchema, type Parsed } from './parse-command.js';
import { validationFailed } from './validation-failed.js';

const name = z.string().min(1).max(512);

/** What an operator says to have a stream that went backwards read from its beginning. */
export const adoptStreamRequestSchema = z.strictObject({
  stream: name.nullable().default(null).meta({ description: 'The Redis key; by default that of MAIL_REDIS_COMMAND_STREAM.' }),
  confirm: name.meta({ description: 'The name of the stream once more: its offset and its counters are given up.' }),
});

export type AdoptStreamRequest = z.output<typeof adoptStreamRequestSchema> & { readonly stream: string };

/** As `parseDeliveryCommand`; `configured` is the stream that is meant where none is named. */
export function parseAdoptStreamRequest(bytes: Uint8Array, maxBytes: number, configured: string): Parsed<'request', AdoptStreamRequest> {
  const parsed = parseBySchema(adoptStreamRequestSchema, bytes, maxBytes);
  if (!parsed.ok) return parsed;
  const request = { ...parsed.value, stream: parsed.value.stream ?? configured };
  if (request.confirm === request.stream) return { ok: true, request };
  return { ok: false, refusal: validationFailed([{ pointer: '/confirm', detail: 'must be the name of the stream that is adopted' }]) };
}
