import { z } from 'zod';
import { normalEntryId } from './entry-id.js';
import { parseBySchema, type Parsed } from './parse-command.js';
import { validationFailed } from './validation-failed.js';

const name = z.string().min(1).max(512);
const entryId = z.string().transform((text, context) => {
  const id = normalEntryId(text);
  if (id !== null) return id;
  context.issues.push({ code: 'custom', message: 'must be the id of a stream entry, such as 1767323045000-0', input: text });
  return z.NEVER;
});

/** What an operator says to have a stream that went backwards read on. */
export const adoptStreamRequestSchema = z.strictObject({
  stream: name.nullable().default(null).meta({ description: 'The Redis key; by default that of MAIL_REDIS_COMMAND_STREAM.' }),
  confirm: name.meta({ description: 'The name of the stream once more: its offset and its counters are given up.' }),
  last_id: entryId
    .nullable()
    .default(null)
    .meta({
      description:
        'Reading goes on after this entry. By default after what idempotency keys no longer cover: now less MAIL_IDEMPOTENCY_TTL, with a margin. ' +
        'Name an older one, such as 0-0, to read more; `may_be_sent_again` tells what that means.',
    }),
  dry_run: z.boolean().default(false).meta({ description: 'Answers what the adoption would be, and changes nothing.' }),
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
