#!/usr/bin/env node
// The door of mailctl, in plain JavaScript: it builds mailctl where that has not been done, and hands over to it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(dirname(here));
const program = join(here, 'dist', 'main.js');

function fail(message) {
  process.stderr.write(`mailctl: ${message}\n`);
  process.exit(70);
}

if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node 20 or later is needed, and this is ${process.version}.`);
if (!existsSync(program) || !existsSync(join(root, 'libs', 'client', 'dist', 'index.js'))) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!existsSync(compiler)) fail('it is not built, and the compiler is not there. Run in the repository: npm ci');
  process.stderr.write('mailctl: building it (some seconds, once)\n');
  // Standard output is for what was asked. Nothing of the caller's environment changes what is built.
  const env = { NODE_ENV: 'production' };
  const built = spawnSync(process.execPath, [compiler, '--build', join(here, 'tsconfig.lib.json')], { env, stdio: ['ignore', 2, 2] });
  if (built.status !== 0) fail('it could not be built; what the compiler said is above.');
}
await import(pathToFileURL(program).href);
