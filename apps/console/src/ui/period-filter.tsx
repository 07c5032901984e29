import { goTo, type Place } from '../router.js';
import { absolute } from '../words.js';
import { withParameters } from './pager.js';

const PERIODS = [
  ['15 minutes', 15 * 60_000],
  ['hour', 3_600_000],
  ['24 hours', 86_400_000],
  ['7 days', 7 * 86_400_000],
  ['30 days', 30 * 86_400_000],
] as const;

/** Since when; a fixed time in the address, so that a link shows the same to whoever follows it. */
export function PeriodFilter({ place }: { readonly place: Place }) {
  const from = place.query.get('created_from');
  const to = place.query.get('created_to');
  const choose = (ms: string): void => {
    const created_from = ms === '' ? null : new Date(Date.now() - Number(ms)).toISOString();
    goTo(withParameters(place, { created_from, created_to: null }));
  };
  return (
    <div className="period">
      <label>
        <span className="unseen">Period</span>
        <select value={from === null && to === null ? '' : 'set'} onChange={(event) => choose(event.target.value)}>
          <option value="">All time</option>
          {from !== null || to !== null ? (
            <option value="set" disabled>
              Fixed period
            </option>
          ) : null}
          {PERIODS.map(([name, ms]) => (
            <option key={name} value={ms}>
              Last {name}
            </option>
          ))}
        </select>
      </label>
      {(from !== null || to !== null) && (
        <span className="quiet">
          {from !== null && `from ${said(from)}`} {to !== null && `to ${said(to)}`}
        </span>
      )}
    </div>
  );
}

const said = (time: string): string => (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(time) ? absolute(time).replace('.000', '') : time);
