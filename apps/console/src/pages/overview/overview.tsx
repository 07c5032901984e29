import type { Page as ListPage, Stats, StreamIncident } from '@mail/client';
import { useAnswer } from '../../api/use-answer.js';
import { Link } from '../../router.js';
import { Answer } from '../../ui/answer.js';
import { Chip } from '../../ui/chip.js';
import { Page, Section } from '../../ui/page.js';
import { counted } from '../../words.js';
import { Concerns } from './concerns.js';
import { EndsPlot } from './ends-plot.js';
import { Freshness } from './freshness.js';
import { Incidents } from './incidents.js';
import { Lanes } from './lanes.js';
import { Streams } from './streams.js';

const EVERY_MS = 5000;

/** How it all stands, at one look. */
export function Overview() {
  const stats = useAnswer<Stats>('stats', { everyMs: EVERY_MS });
  const incidents = useAnswer<ListPage<StreamIncident>>('stream/incidents?limit=10', { everyMs: EVERY_MS });
  return (
    <Page title="Overview" aside={<Freshness of={stats} everyMs={EVERY_MS} />}>
      <Answer of={stats} lines={12}>
        {(now) => (
          <>
            <Concerns stats={now} incidents={incidents.data?.items ?? []} />
            <ul className="tiles" aria-label="Deliveries by status">
              {now.deliveries.map((entry) => (
                <li key={entry.status}>
                  <Link to={`deliveries?status=${entry.status}`} className="tile">
                    <Chip of={entry.status} />
                    <strong>{counted(entry)}</strong>
                  </Link>
                </li>
              ))}
            </ul>
            <div className="columns">
              <EndsPlot ended={now.ended_last_hour} />
              <Lanes lanes={now.lanes} />
            </div>
            <Streams streams={now.streams} />
          </>
        )}
      </Answer>
      <Section title="Stream incidents">
        <Answer of={incidents} lines={2}>
          {({ items }) => <Incidents items={items} />}
        </Answer>
      </Section>
    </Page>
  );
}
