import { createHash } from 'node:crypto';
import type { StoredTemplateVersion } from './template-version.js';

/** JSON with the keys of every object sorted by UTF-16 code units (as RFC 8785 does), so that equal values give equal text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** `sha256:<hex>` of a version's content; the same on every machine, and after a trip through `jsonb`. */
export function templateHash(content: Omit<StoredTemplateVersion, 'template_hash'>): string {
  return `sha256:${createHash('sha256').update(canonicalJson(content)).digest('hex')}`;
}
