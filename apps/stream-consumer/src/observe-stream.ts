import { gauge, sharing } from '@mail/runtime';
import type { CommandStream } from '@mail/stream';
import type { LeasedPosition } from './stream-position.js';

/** Exports whether this process consumes the stream, and how far it is behind; asked of Redis whenever metrics are collected. */
export function observeStream(stream: CommandStream, position: LeasedPosition): void {
  const backlog = sharing(async () => {
    const { held } = position;
    return held === null ? null : stream.backlog(held);
  });
  gauge('mail.stream.lease.held', () => [{ value: position.held === null ? 0 : 1, attributes: {} }]);
  gauge('mail.stream.halted', () => [{ value: position.held?.halted === true ? 1 : 0, attributes: {} }]);
  gauge('mail.stream.entries.waiting', async () => {
    const behind = await backlog();
    return behind === null ? [] : [{ value: behind.waiting, attributes: {} }];
  });
  gauge('mail.stream.oldest_waiting.age', async () => {
    const behind = await backlog();
    if (behind === null) return [];
    const ageMs = behind.oldestAtMs === null ? 0 : Math.max(0, Date.now() - behind.oldestAtMs);
    return [{ value: ageMs / 1000, attributes: {} }];
  });
}
