import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What the bench compares with, as it was tried. Never among the project's own packages: installed by the bench, for the bench. */
export const peerPackages = {
  'pg-boss': '12.38.0',
  'graphile-worker': '0.18.0',
  bullmq: '6.7.0',
  // BullMQ's client, in the version that it is tested with.
  ioredis: '5.11.1',
  nodemailer: '10.6.1',
  autocannon: '9.0.0',
} as const;

/** Writes the folder's package.json; whether npm has anything to install. */
export function preparePeerFolder(folder: string): boolean {
  mkdirSync(folder, { recursive: true });
  const manifest = JSON.stringify({ private: true, dependencies: peerPackages }, null, 2);
  const file = join(folder, 'package.json');
  if (!existsSync(file) || readFileSync(file, 'utf8') !== manifest) writeFileSync(file, manifest);
  return Object.entries(peerPackages).some(([name, version]) => {
    const installed = join(folder, 'node_modules', name, 'package.json');
    return !existsSync(installed) || (JSON.parse(readFileSync(installed, 'utf8')) as { version: string }).version !== version;
  });
}

/** A peer's module. Its type is the caller's to say, since the package is not there when types are checked. */
export function loadPeer<Module>(folder: string, name: keyof typeof peerPackages): Module {
  return createRequire(join(folder, 'package.json'))(name) as Module;
}
