import { parsePeriod, type AcceptedWithin } from '@mail/domain';
import { listStreamIncidents, type ListedIncident } from '@mail/persistence';
import type { StreamIncidentAnswer } from '../openapi/answers/lists.js';
import type { OperatorList } from '../operator-list.js';

/** What the consumer saw go missing. */
export const streamIncidents: OperatorList<AcceptedWithin, ListedIncident> = {
  name: 'stream/incidents',
  parse: parsePeriod,
  read: listStreamIncidents,
  placeOf: ({ detected_at, incident_id }) => ({ at: detected_at, id: incident_id }),
  show: (_, rows): StreamIncidentAnswer[] =>
    rows.map((row) => ({ ...row, detected_at: row.detected_at.toISOString(), resolved_at: row.resolved_at?.toISOString() ?? null })),
};
