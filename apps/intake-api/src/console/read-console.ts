import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** One file of the console, as it is answered. */
export interface ConsoleFile {
  readonly type: string;
  readonly body: Buffer;
  readonly gzipped: Buffer;
  /** Of the content; quoted, as a header has it. */
  readonly etag: string;
  /** Its name changes with its content. */
  readonly isHashed: boolean;
}

/** By path below `/console/`; `index.html` among them. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const HASHED = /^assets\/.+-[\w-]{8}\.\w+$/;

/** Where the build of the console lies; `null` where it is not installed. */
export function consoleFolder(): string | null {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@mail/console/package.json')), 'dist');
  } catch {
    return null;
  }
}

/** Reads every file of the built console: a few hundred KB, held for as long as the process lives. `null` where it was not built. */
export function readConsole(folder: string | null): ConsoleFiles | null {
  if (folder === null || !existsSync(join(folder, 'index.html'))) return null;
  const files = globSync('**/*', { cwd: folder }).flatMap((name): [string, ConsoleFile][] => {
    const type = TYPES[extname(name)];
    if (type === undefined) return [];
    const body = readFileSync(join(folder, name));
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    return [[name.replaceAll('\\', '/'), { type, body, gzipped: gzipSync(body, { level: 9 }), etag, isHashed: HASHED.test(name) }]];
  });
  return new Map(files);
}
