import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { configurationPage } from './configuration-page.js';
import { VARIABLE_GROUPS, VARIABLES } from './variables.js';

it('the committed page is what the schema generates', () => {
  expect(readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8')).toBe(configurationPage());
});

it('every variable is on the page once', () => {
  const rows = configurationPage().match(/^\| `[A-Z0-9_]+`/gm) ?? [];
  expect(rows.map((row) => row.slice(3, -1)).sort()).toEqual(Object.keys(VARIABLES).sort());
});

it('every secret is marked', () => {
  const secrets = VARIABLE_GROUPS.flatMap(({ variables }) => Object.entries(variables)).filter(([, { secret }]) => secret);
  expect(secrets.length).toBeGreaterThan(0);
  for (const [name] of secrets) expect(configurationPage()).toContain(`\`${name}\` (secret)`);
});

it('every default is read as one', () => {
  for (const { fallback, value } of Object.values(VARIABLES)) {
    if (fallback.kind === 'text') expect(value.schema.safeParse(fallback.text).success).toBe(true);
  }
});
