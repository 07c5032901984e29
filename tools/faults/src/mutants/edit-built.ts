import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Trouble } from '@mail/local/trouble';
import type { Edit, Mutant } from './mutant.ts';

function edited(root: string, { id }: Mutant, { file, find, put }: Edit): string {
  const parts = readFileSync(join(root, file), 'utf8').split(find);
  if (parts.length === 2) return parts.join(put);
  throw new Trouble(
    `The code has moved on: ${file} has what the mutant ${id} changes ${parts.length - 1} times, and not once.`,
    `Adapt the mutant to what stands there now. It looks for: ${find}`,
  );
}

/** Throws Trouble where the mutant does not find what it changes. */
export function checkEdits(root: string, mutant: Mutant): void {
  for (const edit of mutant.edits) edited(root, mutant, edit);
}

/** Changes the built files below `root`. Returns what puts them back. Throws Trouble where it does not find what it changes. */
export function editBuilt(root: string, mutant: Mutant): () => void {
  checkEdits(root, mutant);
  const files = [...new Set(mutant.edits.map(({ file }) => join(root, file)))].map((path) => ({ path, text: readFileSync(path, 'utf8') }));
  for (const edit of mutant.edits) writeFileSync(join(root, edit.file), edited(root, mutant, edit));
  return () => {
    for (const { path, text } of files) writeFileSync(path, text);
  };
}
