import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { telemetryPage } from './telemetry-page.js';

// Writes the page; with --check exits 1 where the committed one differs.
const file = fileURLToPath(new URL('../../../../docs/telemetry.md', import.meta.url));

if (!process.argv.includes('--check')) {
  writeFileSync(file, telemetryPage());
} else if (readFileSync(file, 'utf8') !== telemetryPage()) {
  process.stderr.write('docs/telemetry.md differs from the catalogues: run node libs/runtime/dist/telemetry/write-telemetry-page.js\n');
  process.exitCode = 1;
}
