import type { Stats, StreamIncident } from '@mail/client';
import { useNow } from '../../now.js';
import { duration, plural, relative } from '../../words.js';
import { Notice } from '../../ui/notice.js';

/** Due mail is claimed four times a second: what waits for a minute is not on its way. */
const LATE_MS = 60_000;

interface Concern {
  readonly key: string;
  readonly what: string;
  readonly look: string;
}

/** What somebody who was woken up has to look at first. */
export function concernsOf({ lanes, streams }: Stats, incidents: readonly StreamIncident[], now: number): Concern[] {
  const late = lanes.filter(({ oldest_due_age_ms }) => oldest_due_age_ms > LATE_MS);
  const halted = streams.filter(({ halted_at }) => halted_at !== null);
  const unread = streams.filter(({ lease_expires_at }) => lease_expires_at === null || Date.parse(lease_expires_at) < now);
  const open = incidents.filter(({ resolved_at }) => resolved_at === null);
  return [
    ...late.map(({ priority, oldest_due_age_ms }) => ({
      key: `late ${priority}`,
      what: `The oldest due mail of lane ${priority} has waited for ${duration(oldest_due_age_ms)}.`,
      look: 'Do scheduler and attempt-worker run, and does the mail server answer? The attempts of a delivery say.',
    })),
    ...halted.map(({ stream, halted_at }) => ({
      key: `halted ${stream}`,
      what: `The stream ${stream} went backwards ${relative(Date.parse(halted_at ?? ''), now)}, and is not read.`,
      look: 'Find out why it was replaced; to go on with it, adopt it below.',
    })),
    ...unread.map(({ stream, lease_expires_at }) => ({
      key: `unread ${stream}`,
      what: `Nobody reads the stream ${stream}${lease_expires_at === null ? '' : `: its lease ran out ${relative(Date.parse(lease_expires_at), now)}`}.`,
      look: 'Does a stream-consumer run?',
    })),
    ...(open.length === 0
      ? []
      : [{ key: 'incidents', what: `${plural(open.length, 'stream incident')} not resolved.`, look: 'They are at the end of this page.' }]),
  ];
}

export function Concerns({ stats, incidents }: { readonly stats: Stats; readonly incidents: readonly StreamIncident[] }) {
  const concerns = concernsOf(stats, incidents, useNow());
  if (concerns.length === 0) return <Notice tone="ok" title="Nothing stands still: due mail moves, and the stream is read." />;
  return (
    <Notice tone="warn" title={concerns.length === 1 ? 'One thing needs a look' : `${concerns.length} things need a look`}>
      <ul className="concerns">
        {concerns.map(({ key, what, look }) => (
          <li key={key}>
            <strong>{what}</strong> {look}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
