import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 64 * 1024;

/** Reads a file that another process appends to: each call returns the lines that have become whole since the call before. */
export function readAppended(file: string): () => string[] {
  let position = 0;
  let rest = Buffer.alloc(0);
  return () => {
    const descriptor = openSync(file, 'r');
    try {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      for (let bytes = 1; bytes > 0; position += bytes) {
        bytes = readSync(descriptor, chunk, 0, CHUNK_BYTES, position);
        rest = Buffer.concat([rest, chunk.subarray(0, bytes)]);
      }
    } finally {
      closeSync(descriptor);
    }
    const end = rest.lastIndexOf('\n') + 1;
    const lines = rest.subarray(0, end).toString().split('\n').slice(0, -1);
    rest = rest.subarray(end);
    return lines;
  };
}
