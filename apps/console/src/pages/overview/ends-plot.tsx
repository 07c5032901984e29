import type { EndCounts, Stats } from '@mail/client';
import { useNow } from '../../now.js';
import { Section } from '../../ui/page.js';
import { toneOf } from '../../ui/tones.js';
import { clockTime, number, relative, spoken } from '../../words.js';

const MINUTES = 60;
const MINUTE_MS = 60_000;
/** In units of the picture: a bar is 10 wide, `sent` goes up from the line, all else down. */
const WIDTH = 10;
const UP = 110;
const DOWN = 60;
const ORDER = ['sent', 'dead_letter', 'failed', 'uncertain', 'expired', 'superseded', 'cancelled', 'suppressed'] as const;
type Ended = (typeof ORDER)[number];

interface Bar {
  readonly minute: number;
  readonly sent: number;
  /** What did not go out, in the order that it is drawn. */
  readonly others: readonly { readonly status: Ended; readonly count: number }[];
  readonly counts: EndCounts;
}

/** The last 60 minutes, whether anything ended in them or not. */
export function barsOf(ended: Stats['ended_last_hour'], now: number): Bar[] {
  const byMinute = new Map(ended.by_minute.map(({ minute, counts }) => [Date.parse(minute), counts]));
  const last = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  return Array.from({ length: MINUTES }, (_, at) => {
    const minute = last - (MINUTES - 1 - at) * MINUTE_MS;
    const counts = byMinute.get(minute) ?? {};
    const others = ORDER.filter((status) => status !== 'sent').map((status) => ({ status, count: counts[status] ?? 0 }));
    return { minute, counts, sent: counts.sent ?? 0, others };
  });
}

const listed = (counts: EndCounts): string =>
  Object.entries(counts)
    .map(([status, count]) => `${number(count)} ${spoken(status)}`)
    .join(', ') || 'nothing';

/** What ended in the last hour, minute by minute: sent above the line, all else below, each by a scale of its own. */
export function EndsPlot({ ended }: { readonly ended: Stats['ended_last_hour'] }) {
  const now = useNow();
  const bars = barsOf(ended, now);
  const most = Math.max(1, ...bars.map(({ sent }) => sent));
  const mostOthers = Math.max(1, ...bars.map(({ others }) => others.reduce((sum, { count }) => sum + count, 0)));
  const title =
    ended.capped && ended.since !== null ? `The newest 10,000 ends, since ${clockTime(ended.since, now)}` : 'Ended in the last hour';
  return (
    <Section title={title} aside={<span className="quiet">a minute each</span>}>
      <figure className="plot">
        <div className="plot-scale" aria-hidden="true">
          <span>{number(most)} sent</span>
          <span>0</span>
          <span>{number(mostOthers)} other</span>
        </div>
        <svg
          viewBox={`0 0 ${MINUTES * WIDTH} ${UP + DOWN}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title}: ${listed(ended.counts)}`}
        >
          {bars.map((bar, at) => (
            <g key={bar.minute} transform={`translate(${at * WIDTH} 0)`}>
              <title>{`${new Date(bar.minute).toISOString().slice(11, 16)} UTC: ${listed(bar.counts)}`}</title>
              <rect className="plot-hit" width={WIDTH} height={UP + DOWN} />
              <Column bar={bar} up={(bar.sent / most) * (UP - 2)} perDown={(DOWN - 2) / mostOthers} />
            </g>
          ))}
          <line className="plot-line" x1="0" x2={MINUTES * WIDTH} y1={UP} y2={UP} />
        </svg>
        <div className="plot-time" aria-hidden="true">
          {[60, 45, 30, 15].map((minutes) => (
            <span key={minutes}>{relative(now - minutes * MINUTE_MS, now)}</span>
          ))}
          <span>now</span>
        </div>
        <figcaption>
          <ul className="legend">
            {ORDER.filter((status) => (ended.counts[status] ?? 0) > 0).map((status) => (
              <li key={status} data-tone={toneOf(status)} data-status={status}>
                <span className="swatch" aria-hidden="true" />
                {spoken(status)} <strong>{number(ended.counts[status] ?? 0)}</strong>
              </li>
            ))}
            {Object.keys(ended.counts).length === 0 && <li className="quiet">Nothing has ended in the last hour.</li>}
          </ul>
        </figcaption>
      </figure>
    </Section>
  );
}

/** Never less than a line where there is any: one failure among thousands is the one to see. */
const seen = (height: number): number => (height > 0 ? Math.max(2.5, height) : 0);

function Column({ bar, up, perDown }: { readonly bar: Bar; readonly up: number; readonly perDown: number }) {
  const heights = bar.others.map(({ status, count }) => ({ status, height: seen(count * perDown) }));
  return (
    <>
      <rect data-tone="ok" x="1" width={WIDTH - 2} y={UP - seen(up)} height={seen(up)} />
      {heights.map(({ status, height }, at) => (
        <rect
          key={status}
          data-tone={toneOf(status)}
          data-status={status}
          x="1"
          width={WIDTH - 2}
          y={UP + heights.slice(0, at).reduce((sum, above) => sum + above.height, 0)}
          height={height}
        />
      ))}
    </>
  );
}
