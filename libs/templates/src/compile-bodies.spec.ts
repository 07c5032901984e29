import { describe, expect, it } from 'vitest';
import { compileBodies, type CompiledBodies } from './compile-bodies.js';

const body = (text: string): string =>
  `<mjml><mj-body><mj-section><mj-column><mj-text>${text}</mj-text></mj-column></mj-section></mj-body></mjml>`;

/** Keeps bodies as the database does, and counts what it was asked for and told. */
function kept() {
  const bodies = new Map<string, string>();
  const written: string[][] = [];
  const known: CompiledBodies = {
    read: (hashes) => Promise.resolve(new Map(hashes.flatMap((key) => (bodies.has(key) ? [[key, bodies.get(key) ?? ''] as const] : [])))),
    write: (fresh) => {
      written.push([...fresh.keys()]);
      for (const [key, html] of fresh) bodies.set(key, html);
      return Promise.resolve();
    },
  };
  return { bodies, written, known };
}

describe('bodies that were compiled before', () => {
  it('are what they were then, and only the others are compiled', async () => {
    const { bodies, written, known } = kept();
    const [first] = await compileBodies([body('one')], known);
    const both = await compileBodies([body('two'), body('one')], known);
    expect(both[1]).toEqual(first);
    expect(both[0]).toMatchObject({ ok: true, html: expect.stringContaining('two') });
    expect(written.map(({ length }) => length)).toEqual([1, 1]);
    // No compiler is asked: what is kept is what comes back.
    for (const key of bodies.keys()) bodies.set(key, 'kept');
    expect(await compileBodies([body('one'), body('two')], known)).toEqual([
      { ok: true, html: 'kept' },
      { ok: true, html: 'kept' },
    ]);
  });

  it('do not keep what was refused: the next start tells its faults again', async () => {
    const { written, known } = kept();
    const refused = () => compileBodies(['<mjml><mj-body><mj-nonsense /></mj-body></mjml>'], known);
    expect(await refused()).toMatchObject([{ ok: false }]);
    expect(await refused()).toMatchObject([{ ok: false }]);
    expect(written).toEqual([]);
  });

  it('are the same as without any', async () => {
    expect(await compileBodies([body('one')], kept().known)).toEqual(await compileBodies([body('one')], null));
  });
});
