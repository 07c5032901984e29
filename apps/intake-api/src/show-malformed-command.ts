import { parseStrictJson } from '@mail/domain';
import type { StoredMalformedCommand } from '@mail/persistence';
import type { TemplateCatalog } from '@mail/templates';
import type { ShownMalformedCommand } from './openapi/answers/lists.js';
import { maskedCommand } from './masked-command.js';

/** One refused command: `command` with its secrets masked where it can be read, else only its length and SHA-256. */
export function showMalformedCommand(
  { raw, sha256, created_at, replayed_at, ...row }: StoredMalformedCommand,
  templates: TemplateCatalog,
): ShownMalformedCommand {
  const whole = raw !== null && raw.length === row.raw_bytes;
  const parsed = whole ? parseStrictJson(raw, raw.length) : null;
  const readable = parsed?.ok === true;
  return {
    ...row,
    sha256: readable ? null : sha256,
    command: readable ? maskedCommand(parsed.value, templates) : null,
    created_at: created_at.toISOString(),
    replayed_at: replayed_at?.toISOString() ?? null,
  };
}
