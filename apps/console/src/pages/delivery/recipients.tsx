import type { Recipient } from '@mail/client';
import { Chip } from '../../ui/chip.js';
import { Copyable } from '../../ui/copyable.js';
import { Section } from '../../ui/page.js';
import { Table } from '../../ui/table.js';

export function Recipients({ of }: { readonly of: readonly Recipient[] }) {
  return (
    <Section title="Recipients">
      <Table
        caption="Recipients"
        rows={of}
        keyOf={({ kind, address }) => `${kind} ${address}`}
        columns={[
          { name: 'Address', cell: ({ address }) => <Copyable text={address} what="address" /> },
          { name: 'As', cell: ({ kind }) => kind },
          { name: 'Outcome', cell: ({ outcome }) => <Chip of={outcome} /> },
          {
            name: 'Last reply',
            cell: ({ smtp_reply }) => (smtp_reply === null ? <span className="quiet">—</span> : <code className="wrap">{smtp_reply}</code>),
          },
        ]}
      />
    </Section>
  );
}
