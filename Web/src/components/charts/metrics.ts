import type { SeriesPoint } from '../../state/series';

/** What the lower chart can count. */
export type Metric = 'orders' | 'declined' | 'flagged';

export const metrics = [
  { value: 'orders', label: 'Orders' },
  { value: 'declined', label: 'Declined' },
  { value: 'flagged', label: 'Flagged' },
] as const;

export const metricNoun: Record<Metric, string> = {
  orders: 'Orders', declined: 'Declined payments', flagged: 'Fraud alerts',
};

/** Currencies seen in the points, those with most minutes of sales first: the choice of the sales chart. */
export function currenciesIn(points: SeriesPoint[]): string[] {
  const seen = new Map<string, number>();
  for (const point of points) {
    for (const [currency, amount] of Object.entries(point.sales)) {
      if (amount > 0) seen.set(currency, (seen.get(currency) ?? 0) + 1);
    }
  }
  return [...seen.entries()]
    .sort((left, right) => right[1] - left[1] || left[0].localeCompare(right[0]))
    .map(([currency]) => currency);
}
