import { z } from 'zod';
import { locale } from './command-fields.js';
import { parseBySchema, type Parsed } from './parse-command.js';

/** What a template is to be shown with; an empty body says nothing. */
export const previewRequestSchema = z.strictObject({
  locale: locale.nullable().default(null).meta({ description: 'Exact, then its language, then the default of the template.' }),
  variables: z
    .record(z.string(), z.unknown())
    .nullable()
    .default(null)
    .meta({ description: "Checked as those of a command are; by default the examples of the template's manifest." }),
});

export type PreviewRequest = z.output<typeof previewRequestSchema>;

/** As `parseDeliveryCommand`, for a body that may be left out. */
export function parsePreviewRequest(bytes: Uint8Array | null, maxBytes: number): Parsed<'request', PreviewRequest> {
  if (bytes === null || bytes.length === 0) return { ok: true, request: { locale: null, variables: null } };
  const parsed = parseBySchema(previewRequestSchema, bytes, maxBytes);
  return parsed.ok ? { ok: true, request: parsed.value } : parsed;
}
