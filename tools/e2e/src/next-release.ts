import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './mail-process.js';

/** The release after this one, built from what is built here: it has one migration more, and says something else in a template. */
export interface NextRelease {
  readonly root: string;
  /** The migration that this release does not know. */
  readonly migration: string;
  remove(): void;
}

const MIGRATION = 'PlantedColumn9999999999999';
/** What a migration between two releases may do: add. The next release would use it; this one must not mind it. */
const PLANTED = `
class ${MIGRATION} {
  name = '${MIGRATION}';
  async up(runner) {
    await runner.query("set local lock_timeout = '5s'");
    await runner.query("alter table deliveries add column planted text not null default 'as before'");
    await runner.query("alter table attempts add column planted text");
  }
  async down() {}
}
`;

function edit(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`nothing to change in ${file}`);
  writeFileSync(file, after);
}

/** What the processes run: our packages as copies, which can be changed, those of others where they are installed. */
function copyBuilt(root: string): void {
  const ours = join(root, 'node_modules', '@mail');
  mkdirSync(ours, { recursive: true });
  for (const manifest of globSync(['{apps,libs}/*/package.json', 'migrations/package.json'], { cwd: ROOT })) {
    const folder = dirname(manifest);
    for (const part of ['dist', 'package.json']) cpSync(join(ROOT, folder, part), join(root, folder, part), { recursive: true });
    const own = join(ROOT, folder, 'node_modules');
    if (existsSync(own)) symlinkSync(own, join(root, folder, 'node_modules'));
    const { name } = JSON.parse(readFileSync(join(ROOT, manifest), 'utf8')) as { name: string };
    symlinkSync(join(root, folder), join(root, 'node_modules', name));
  }
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (!name.startsWith('.') && name !== '@mail') symlinkSync(join(ROOT, 'node_modules', name), join(root, 'node_modules', name));
  }
  cpSync(join(ROOT, 'templates'), join(root, 'templates'), { recursive: true });
}

/** @param template whose English subject and bodies begin with `NEW ` in the next release */
export function nextRelease(template: string): NextRelease {
  const root = mkdtempSync(join(tmpdir(), 'mail-next-'));
  copyBuilt(root);
  edit(join(root, 'migrations', 'dist', 'index.js'), (text) =>
    text
      .replace('export const migrations = [', `${PLANTED}export const migrations = [`)
      .replace(/,?\s*\];/, `,\n    ${MIGRATION},\n];`)
      .replace(/newestMigration = '.*?'/, `newestMigration = '${MIGRATION}'`),
  );
  for (const file of ['subject.txt', 'body.txt']) edit(join(root, 'templates', template, 'en', file), (text) => `NEW ${text}`);
  edit(join(root, 'templates', template, 'en', 'body.mjml'), (text) => text.replace('<mj-body', '<mj-body css-class="new"'));
  return { root, migration: MIGRATION, remove: () => rmSync(root, { recursive: true }) };
}
