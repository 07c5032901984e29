import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Scenario } from '../scenario.ts';
import { mountSmallDisk } from '../world/small-disk.ts';
import { expectNoneEnds, loggedFromNow, offsetOf, untilEnded, untilRefused } from './postgres-parts.ts';

const SIZE_MIB = 64;
const TABLESPACE = 'small_disk';
/** More than may be free within pages that the table has already, and not to be compressed. */
const LARGE = 300_000;

const large = () => ({ content: { mode: 'rendered', subject: 'Large', text: randomBytes(LARGE / 2).toString('hex') } });

export const postgresDiskFull: Scenario = {
  id: 'postgres-disk-full',
  component: 'PostgreSQL',
  fault: 'No space left for the contents of mails, then again',
  async run(stage) {
    const { context, query } = stage.world;
    // Outside the data folder, which is the server's alone.
    const disk = mountSmallDisk(join(context.state.path, `${context.folder.split('/').at(-1)}-small-disk`), SIZE_MIB, context.state);
    if (disk === null) return stage.skip('a small file system cannot be mounted here, without root');
    context.atEnd(() => Promise.resolve(disk.unmount()));
    try {
      await query(`drop tablespace if exists ${TABLESPACE}`);
      await query(`create tablespace ${TABLESPACE} location '${disk.folder}'`);
      await query(`alter table delivery_payloads set tablespace ${TABLESPACE}`);
      const noneEnded = expectNoneEnds(stage);
      await untilEnded(stage, await stage.send(2));
      const before = await offsetOf(stage);
      const noticed = loggedFromNow(stage, 'stream-consumer', 'turn_failed');
      disk.fill();
      stage.faulted();
      const byStream = await stage.send(3, { door: 'stream', command: large });
      const byHttp = stage.send(3, { door: 'http', command: large });
      await untilRefused(stage, { command: large });
      await stage.until('the consumer notices', noticed);
      stage.check(
        stage.commands.every(({ door, acknowledgement }, n) => n < 2 || door === 'stream' || acknowledgement !== 'acknowledged'),
        'a 2xx was answered while nothing could be stored',
      );
      stage.check((await offsetOf(stage)) === before, 'the offset moved past what could not be stored');
      disk.free();
      await untilEnded(stage, [...byStream, ...(await byHttp)]);
      noneEnded();
    } finally {
      disk.free();
      await query('alter table delivery_payloads set tablespace pg_default');
      await query(`drop tablespace if exists ${TABLESPACE}`);
      disk.unmount();
    }
  },
};
