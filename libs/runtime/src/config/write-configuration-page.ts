import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configurationPage } from './configuration-page.js';

// Writes the page; with --check exits 1 where the committed one differs.
const file = fileURLToPath(new URL('../../../../docs/configuration.md', import.meta.url));

const committed = (): string | null => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
};

if (!process.argv.includes('--check')) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, configurationPage());
} else if (committed() !== configurationPage()) {
  process.stderr.write('docs/configuration.md differs from the schema: run node libs/runtime/dist/config/write-configuration-page.js\n');
  process.exitCode = 1;
}
