import type { StreamStock } from '@mail/domain';
import type { CommandStream } from './command-stream.js';
import { nextReadSize, smallerReadSize } from './read-size.js';

/** So many entries are counted one by one, and so many bytes of them read: Redis has no count of a range. */
const MOST_ENTRIES = 20_000;
const MOST_BYTES = 64 * 1024 * 1024;
/** So many marks at most: past that, every second is dropped. */
const MOST_MARKS = 100;

/** How many entries the stream has up to which ids, from its oldest on; `null` where there is no stream. Nothing is consumed. */
export async function countEntries(stream: Pick<CommandStream, 'readNow' | 'survey'>): Promise<StreamStock | null> {
  const survey = await stream.survey();
  if (survey.kind !== 'stream') return null;
  let marks: [id: string, entries: number][] = [];
  let last: [id: string, entries: number] = ['0-0', 0];
  let stride = 1;
  let size = 100;
  let bytes = 0;
  while (last[1] < MOST_ENTRIES && bytes < MOST_BYTES) {
    const entries = await stream.readNow(last[0], size);
    if (entries === null) {
      size = smallerReadSize(size);
      continue;
    }
    if (entries.length === 0) break;
    let read = 0;
    for (const entry of entries) {
      read += entry.bytes;
      last = [entry.id, last[1] + 1];
      if (last[1] % stride !== 0) continue;
      marks.push(last);
      if (marks.length < MOST_MARKS) continue;
      stride *= 2;
      marks = marks.filter(([, count]) => count % stride === 0);
    }
    bytes += read;
    size = nextReadSize(size, entries.length, read);
  }
  if (last[1] > 0 && marks.at(-1) !== last) marks.push(last);
  const { lastGeneratedId, length } = survey;
  return {
    counted_at: new Date().toISOString(),
    last_generated_id: lastGeneratedId,
    length: Math.max(length, last[1]),
    counted: last[1],
    marks,
  };
}
