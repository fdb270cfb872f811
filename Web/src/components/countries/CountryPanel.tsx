import { useMemo, useState } from 'react';
import { countryName } from '../../format/labels';
import { formatCount, formatShare, plural } from '../../format/number';
import { useAppState, useReload } from '../../hooks/useAppState';
import { useStale } from '../../hooks/useStale';
import { Meter } from '../common/Meter';
import { EmptyNote, ProblemNote, Skeleton } from '../common/Notes';
import { NotRefreshed } from '../common/Refreshed';
import { Panel } from '../common/Panel';
import { Segmented } from '../common/Segmented';
import { countryMetrics, rankCountries, type CountryMetric } from './rank';

/** Where the orders come from, all time. */
export function CountryPanel() {
  const countries = useAppState((state) => state.countries);
  const stale = useStale();
  const reload = useReload();
  const [metric, setMetric] = useState<CountryMetric>('orders');
  const ranked = useMemo(() => rankCountries(countries.value ?? [], metric), [countries.value, metric]);
  const tone = metric === 'orders' ? 'accent' : 'bad';

  return (
    <Panel
      title="By country" className={`area-country ${stale ? 'is-stale' : ''}`}
      note={countries.problem === null
        ? ranked.length > 0 && plural(ranked.length, 'country', 'countries')
        : <NotRefreshed of={countries} />}
      actions={<Segmented label="Rank countries by" choices={countryMetrics} value={metric} onChange={setMetric} />}
    >
      {countries.value === null && countries.problem !== null && (
        <ProblemNote problem={countries.problem} what="Countries" onRetry={reload} />
      )}
      {countries.value === null && countries.problem === null && <Skeleton lines={8} />}
      {countries.value !== null && ranked.length === 0 && (
        <EmptyNote title={metric === 'orders' ? 'No orders yet' : metric === 'declined' ? 'No payment declined' : 'No order flagged'} />
      )}
      {ranked.length > 0 && (
        <div className="scroll fill" tabIndex={0} role="region" aria-label="Countries">
          <table className="table countries">
            <thead>
              <tr>
                <th scope="col">Country</th>
                <th scope="col" className="country-bar"><span className="sr-only">Bar</span></th>
                <th scope="col" className="num">{countryMetrics.find((choice) => choice.value === metric)?.label}</th>
                <th scope="col" className="num">{metric === 'orders' ? 'Share' : 'Of its orders'}</th>
              </tr>
            </thead>
            <tbody>
              {ranked.map((country) => (
                <tr key={country.code}>
                  <th scope="row" className="clip" title={countryName(country.code)}>{countryName(country.code)}</th>
                  <td className="country-bar"><Meter share={country.length} tone={tone} /></td>
                  <td className="num strong">{formatCount(country.count)}</td>
                  <td className="num muted">{formatShare(metric === 'orders' ? country.share : country.rate, 1)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
