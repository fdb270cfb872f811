import { useCallback, useMemo, useState, type KeyboardEvent } from 'react';
import { formatMoneyCompact } from '../../format/money';
import { formatCompact } from '../../format/number';
import { useAppState, useReload } from '../../hooks/useAppState';
import { useNow } from '../../hooks/useNow';
import { useStale } from '../../hooks/useStale';
import { rankCurrencies } from '../../state/currencies';
import { minute, seriesWindow } from '../../state/series';
import { EmptyNote, ProblemNote, Skeleton } from '../common/Notes';
import { NotRefreshed } from '../common/Refreshed';
import { Panel } from '../common/Panel';
import { Segmented } from '../common/Segmented';
import { MinuteChart } from './MinuteChart';
import { currenciesIn, metricNoun, metrics, type Metric } from './metrics';
import { readoutText, TimeReadout } from './TimeReadout';
import { MinuteTable } from './MinuteTable';

/** Sales and orders of the last hour, minute by minute. */
export function TimePanel() {
  const series = useAppState((state) => state.series);
  const totals = useAppState((state) => state.totals.value);
  const offset = useAppState((state) => state.clockOffset);
  const phase = useAppState((state) => state.link.phase);
  const stale = useStale();
  const reload = useReload();
  const now = useNow(5000);
  const [chosen, setChosen] = useState<string | null>(null);
  const [metric, setMetric] = useState<Metric>('orders');
  const [cursor, setCursor] = useState<number | null>(null);
  const [asTable, setAsTable] = useState(false);

  // Without the stream the hour ends where knowledge ends: zeros after that would be made up.
  const end = (phase === 'live' ? Math.max(now, series.at ?? 0) : series.at ?? now) + offset;
  const endMinute = Math.floor(end / minute) * minute;
  const points = useMemo(() => seriesWindow(series.value ?? [], endMinute), [series.value, endMinute]);
  const starts = useMemo(() => points.map((point) => point.start), [points]);

  const currencies = useMemo(() => {
    const ranked = rankCurrencies(totals?.currencies ?? []).map((entry) => entry.currency);
    return [...new Set([...ranked, ...currenciesIn(points)])];
  }, [totals, points]);
  const currency = chosen !== null && currencies.includes(chosen) ? chosen : currencies[0] ?? 'USD';
  const sales = useMemo(() => points.map((point) => point.sales[currency] ?? 0), [points, currency]);
  const counts = useMemo(() => points.map((point) => point[metric]), [points, metric]);
  const moneyTick = useCallback((value: number) => formatMoneyCompact(value, currency), [currency]);

  const nothing = points.every((point) => point.orders === 0);
  const shown = cursor ?? points.length - 1;
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    const goal = event.key === 'Home' ? 0 : event.key === 'End' ? points.length - 1 : step === undefined ? null : shown + step;
    if (goal === null) return;
    event.preventDefault();
    setCursor(Math.min(points.length - 1, Math.max(0, goal)));
  };

  return (
    <Panel
      title="Last 60 minutes" className={`area-time ${stale ? 'is-stale' : ''}`}
      note={<NotRefreshed of={series} />}
      actions={
        <>
          <Segmented label="What the lower chart counts" choices={metrics} value={metric} onChange={setMetric} />
          <label className="select-label">
            <span className="sr-only">Currency of the sales</span>
            <select className="select" value={currency} onChange={(event) => setChosen(event.target.value)}>
              {currencies.length === 0 && <option>{currency}</option>}
              {currencies.map((code) => <option key={code}>{code}</option>)}
            </select>
          </label>
          <button type="button" className="button button-small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            Table
          </button>
        </>
      }
    >
      {series.value === null && series.problem !== null && (
        <ProblemNote problem={series.problem} what="Minutes" onRetry={reload} />
      )}
      {series.value === null && series.problem === null && <Skeleton lines={6} className="skeleton-chart" />}
      {series.value !== null && asTable && <MinuteTable points={points} currency={currency} />}
      {series.value !== null && !asTable && nothing && (
        <EmptyNote title={totals?.orders === 0 ? 'No orders yet' : 'No orders in the last hour'} />
      )}
      {series.value !== null && !asTable && !nothing && (
        <div
          className="time-charts" role="slider" tabIndex={0} aria-label="Minute" aria-valuemin={0}
          aria-valuemax={points.length - 1} aria-valuenow={shown} aria-valuetext={readoutText(points[shown], currency)}
          onKeyDown={onKey} onBlur={() => setCursor(null)}
        >
          <TimeReadout point={points[shown]} currency={currency} inProgress={shown === points.length - 1} />
          <h3 className="chart-title">Sales per minute, {currency}</h3>
          <MinuteChart
            kind="line" tone="plain" starts={starts} values={sales} showTimes={false} formatTick={moneyTick}
            cursor={cursor} onCursor={setCursor}
          />
          <h3 className="chart-title">{metricNoun[metric]} per minute</h3>
          <MinuteChart
            kind="bar" tone={metric === 'orders' ? 'plain' : 'bad'} starts={starts} values={counts} showTimes
            formatTick={formatCompact} cursor={cursor} onCursor={setCursor}
          />
        </div>
      )}
    </Panel>
  );
}
