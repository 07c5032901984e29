// node tools/image/src/lay-out.ts TARGET FOLDER: the file tree of an image, in an empty folder. The Dockerfile and the specs call it.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { layOutImage } from './lay-out-image.ts';

const [target, into] = process.argv.slice(2);
if (target === undefined || into === undefined) {
  console.error('node tools/image/src/lay-out.ts TARGET FOLDER');
  process.exit(64);
}
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const { workspaces, installed } = layOutImage(root, target, resolve(into));
console.log(`${target}: ${workspaces.length} workspaces, ${installed.length} packages`);
