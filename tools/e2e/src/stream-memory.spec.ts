import { readFile } from 'node:fs/promises';
import { eventually } from '@mail/testing';
import { expect, it } from 'vitest';
import { startMailSystem } from './mail-system.js';

const MIB = 1024 * 1024;

/** The most memory that a process has had resident so far, in bytes (Linux). */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

it.runIf(process.platform === 'linux')(
  'a consumer that reads large commands after small ones needs no more memory than for a few of them',
  async () => {
    const system = await startMailSystem([]);
    try {
      const command = (text: string) => ({ to: ['a@example.com'], content: { mode: 'rendered', subject: 's', text } });
      for (let index = 0; index < 100; index += 1) await system.add('shop', `small-${index}`, command('small'));
      const large = JSON.stringify(command('x'.repeat(4.5 * MIB)));
      let last = '';
      for (let index = 0; index < 24; index += 1) last = await system.add('shop', `large-${index}`, large);
      const consumer = await system.start('stream-consumer');
      const { rss_mb } = await consumer.logged('started');
      const read = () =>
        system.database.client.query<{ last_id: string; accepted: string }>('select last_id, accepted from stream_offsets');
      await eventually('all are read', async () => (await read()).rows[0]?.last_id === last, 240_000);
      expect((await read()).rows[0]?.accepted).toBe('124');
      expect(await peakMemory(consumer.pid)).toBeLessThan((Number(rss_mb) + 220) * MIB);
    } finally {
      await system.stop();
    }
  },
  300_000,
);
