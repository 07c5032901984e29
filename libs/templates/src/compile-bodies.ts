import { hash } from 'node:crypto';
import { createRequire } from 'node:module';
import { compileMjml, MJML_OPTIONS, type MjmlResult } from './compile-mjml.js';

/** Where compiled bodies are kept between starts, by the hash of what they were made of and by what. */
export interface CompiledBodies {
  /** Those that are known, by hash. */
  read(hashes: readonly string[]): Promise<ReadonlyMap<string, string>>;
  write(bodies: ReadonlyMap<string, string>): Promise<void>;
}

const { version } = createRequire(import.meta.url)('mjml/package.json') as { version: string };

/** Of the source and of everything else that decides what becomes of it. */
function hashOf(source: string): string {
  return hash('sha256', `mjml ${version} ${JSON.stringify(MJML_OPTIONS)}\n${source}`);
}

/** Compiles what nobody has compiled before: MJML takes longer to load than the rest of a process. What is refused is not kept. */
export async function compileBodies(sources: readonly string[], known: CompiledBodies | null): Promise<readonly MjmlResult[]> {
  if (known === null) return compileMjml(sources);
  const hashes = sources.map(hashOf);
  const found = await known.read(hashes);
  const missing = sources.filter((_, index) => !found.has(hashes[index] ?? ''));
  const compiled = new Map((await compileMjml(missing)).map((result, index) => [hashOf(missing[index] ?? ''), result]));
  const fresh = [...compiled].flatMap(([key, result]) => (result.ok ? [[key, result.html] as const] : []));
  if (fresh.length > 0) await known.write(new Map(fresh));
  return hashes.map((key) => {
    const html = found.get(key);
    const result = html === undefined ? compiled.get(key) : { ok: true as const, html };
    if (result === undefined) throw new Error('a body was neither found nor compiled');
    return result;
  });
}
