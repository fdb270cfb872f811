import { formatCount, formatRate } from '../../format/number';
import { useAppState } from '../../hooks/useAppState';
import { useNow } from '../../hooks/useNow';
import { ordersPerMinute } from '../../state/rate';
import { seriesWindow } from '../../state/series';
import { Kpi } from './Kpi';

/** Orders a minute now, with the last hour for comparison. */
export function RateKpi() {
  const now = useNow();
  const samples = useAppState((state) => state.samples);
  const series = useAppState((state) => state.series);
  const offset = useAppState((state) => state.clockOffset);
  const isLive = useAppState((state) => state.link.phase === 'live');
  const totalsAt = useAppState((state) => state.totals.at);
  const early = useAppState((state) => state.earlyPoints);
  if (series.value === null && samples.length === 0) return <Kpi name="rate" label="Orders per minute, now" value={null} />;

  // Without the stream the last known rate stands: a falling one would claim that no orders come.
  const asOf = isLive ? now : totalsAt ?? now;
  const seriesEnd = isLive ? now : series.at ?? now;
  const rate = ordersPerMinute(samples, series.value ?? early, asOf, asOf + offset);
  const hour = seriesWindow(series.value ?? [], seriesEnd + offset);
  const total = hour.reduce((sum, point) => sum + point.orders, 0);
  const peak = hour.reduce((most, point) => Math.max(most, point.orders), 0);
  if (rate === null) return <Kpi name="rate" label="Orders per minute, now" value={null} />;
  const perSecond = rate / 60;
  return (
    <Kpi name="rate" label="Orders per minute, now" value={formatRate(rate)} raw={rate}
      unit={perSecond >= 10 ? `${formatRate(perSecond)}/s` : undefined}>
      {series.value !== null && <span>{formatCount(total)} in the last hour</span>}
      {series.value !== null && <span>busiest minute {formatCount(peak)}</span>}
    </Kpi>
  );
}
