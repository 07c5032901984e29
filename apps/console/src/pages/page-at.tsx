import type { ReactNode } from 'react';
import { Link, type Place } from '../router.js';
import { Empty } from '../ui/answer.js';
import { Page } from '../ui/page.js';
import { AuditTrail } from './audit-trail.js';
import { DeadLetters } from './dead-letters.js';
import { Deliveries } from './deliveries/deliveries.js';
import { OneDelivery } from './delivery/one-delivery.js';
import { MalformedCommands } from './malformed/malformed-commands.js';
import { OneMalformed } from './malformed/one-malformed.js';
import { Overview } from './overview/overview.js';
import { MakePlan } from './plans/make-plan.js';
import { OnePlan } from './plans/one-plan.js';
import { ResendPlans } from './plans/resend-plans.js';
import { OneTemplate } from './templates/one-template.js';
import { Templates } from './templates/templates.js';

/** The page of an address. */
export function pageAt(place: Place): ReactNode {
  const [room = '', id, more] = place.segments;
  if (more !== undefined) return <Nowhere />;
  switch (room) {
    case '':
      return <Overview />;
    case 'deliveries':
      return id === undefined ? <Deliveries place={place} /> : <OneDelivery id={id} />;
    case 'dead-letters':
      return id === undefined ? <DeadLetters place={place} /> : <Nowhere />;
    case 'malformed-commands':
      return id === undefined ? <MalformedCommands place={place} /> : <OneMalformed id={id} />;
    case 'resend-plans':
      if (id === 'new') return <MakePlan place={place} />;
      return id === undefined ? <ResendPlans place={place} /> : <OnePlan id={id} />;
    case 'templates':
      return id === undefined ? <Templates /> : <OneTemplate id={id} />;
    case 'operator-actions':
      return id === undefined ? <AuditTrail place={place} /> : <Nowhere />;
    default:
      return <Nowhere />;
  }
}

function Nowhere() {
  return (
    <Page title="Nothing here">
      <Empty title="The console has no page at this address.">
        <p>
          <Link to="">To the overview</Link>
        </p>
      </Empty>
    </Page>
  );
}
