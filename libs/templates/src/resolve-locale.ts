/**
 * Exact, then shorter by a subtag at a time (RFC 4647 3.4: `de-AT` finds `de`), then the default. Case does not matter,
 * and `_` counts as `-`, since many clients send `de_AT`.
 */
export function resolveLocale(requested: string | null, locales: readonly string[], defaultLocale: string): string {
  if (requested === null) return defaultLocale;
  const subtags = requested.trim().toLowerCase().replaceAll('_', '-').split('-');
  for (let length = subtags.length; length > 0; length -= 1) {
    const wanted = subtags.slice(0, length).join('-');
    const found = locales.find((locale) => locale.toLowerCase() === wanted);
    if (found !== undefined) return found;
  }
  return defaultLocale;
}
