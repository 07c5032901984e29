import type { LaneStats } from '@mail/client';
import { Section } from '../../ui/page.js';
import { Table } from '../../ui/table.js';
import { counted, duration } from '../../words.js';

/** What waits, by priority. */
export function Lanes({ lanes }: { readonly lanes: readonly LaneStats[] }) {
  return (
    <Section title="Attempts by lane">
      <Table
        caption="Attempts by lane"
        rows={lanes}
        keyOf={({ priority }) => priority}
        columns={[
          { name: 'Lane', cell: ({ priority }) => <strong>{priority}</strong> },
          { name: 'Due', kind: 'end', cell: ({ due }) => counted(due) },
          { name: 'Later', kind: 'end', cell: ({ later }) => counted(later) },
          { name: 'Claimed', kind: 'end', cell: ({ claimed }) => counted(claimed) },
          { name: 'Sending', kind: 'end', cell: ({ in_progress }) => counted(in_progress) },
          {
            name: 'Oldest due',
            kind: 'end',
            cell: ({ oldest_due_at, oldest_due_age_ms }) => (oldest_due_at === null ? '—' : duration(oldest_due_age_ms)),
          },
        ]}
      />
      <p className="note">Due waits for the scheduler, later for its time (a retry, or deliver_at), claimed for a free worker.</p>
    </Section>
  );
}
