import type { StreamStats } from '@mail/client';
import { useState } from 'react';
import { useNow } from '../../now.js';
import { Empty } from '../../ui/answer.js';
import { Section } from '../../ui/page.js';
import { Table } from '../../ui/table.js';
import { When } from '../../ui/when.js';
import { duration, number, relative } from '../../words.js';
import { AdoptDialog } from './adopt-dialog.js';

/** What was read from each stream, and by whom. */
export function Streams({ streams }: { readonly streams: readonly StreamStats[] }) {
  const [adopting, setAdopting] = useState<StreamStats | null>(null);
  return (
    <Section title="Command streams">
      {streams.length === 0 ? (
        <Empty title="No stream was read yet." />
      ) : (
        <Table
          caption="Command streams"
          rows={streams}
          keyOf={({ stream }) => stream}
          columns={[
            { name: 'Stream', cell: (stream) => <Name of={stream} adopt={setAdopting} /> },
            { name: 'Lag', kind: 'end', cell: ({ lag_ms }) => (lag_ms === null ? '—' : duration(lag_ms)) },
            { name: 'Consumed', kind: 'end', cell: ({ consumed }) => number(consumed) },
            { name: 'Accepted', kind: 'end wide', cell: ({ accepted }) => number(accepted) },
            { name: 'Replayed', kind: 'end wide', cell: ({ replayed }) => number(replayed) },
            { name: 'Malformed', kind: 'end wide', cell: ({ malformed }) => number(malformed) },
            { name: 'Missed', kind: 'end', cell: ({ missed }) => number(missed) },
            { name: 'Lease', kind: 'wide', cell: (stream) => <Lease of={stream} /> },
            { name: 'Last read', kind: 'wide', cell: ({ updated_at }) => <When at={updated_at} /> },
          ]}
        />
      )}
      {adopting !== null && <AdoptDialog stream={adopting} onClose={() => setAdopting(null)} />}
    </Section>
  );
}

function Name({ of, adopt }: { readonly of: StreamStats; readonly adopt: (stream: StreamStats) => void }) {
  return (
    <>
      <code>{of.stream}</code>{' '}
      {of.halted_at !== null && (
        <button type="button" className="danger" onClick={() => adopt(of)}>
          Adopt…
        </button>
      )}
    </>
  );
}

function Lease({ of: { lease_holder, lease_expires_at } }: { readonly of: StreamStats }) {
  const now = useNow();
  if (lease_holder === null || lease_expires_at === null) return <span className="quiet">nobody</span>;
  const at = Date.parse(lease_expires_at);
  return (
    <span className="nowrap">
      <code>{lease_holder}</code>{' '}
      <span className="quiet">
        {at < now ? 'ran out' : 'runs out'} {relative(at, now)}
      </span>
    </span>
  );
}
