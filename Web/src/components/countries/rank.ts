import type { CountryStats } from '../../wire/types';

/** What countries can be ranked by. */
export type CountryMetric = 'orders' | 'declined' | 'flagged';

export const countryMetrics = [
  { value: 'orders', label: 'Orders' },
  { value: 'declined', label: 'Declined' },
  { value: 'flagged', label: 'Flagged' },
] as const;

export interface RankedCountry {
  code: string;
  count: number;
  /** Of all countries together, 0…1. */
  share: number;
  /** Against the leading country, 0…1: the bar's length. */
  length: number;
  /** Of the country's own orders, 0…1. */
  rate: number;
}

export function rankCountries(countries: CountryStats[], metric: CountryMetric): RankedCountry[] {
  const total = countries.reduce((sum, country) => sum + country[metric], 0);
  const most = countries.reduce((largest, country) => Math.max(largest, country[metric]), 0);
  return countries
    .filter((country) => country[metric] > 0)
    .sort((left, right) => right[metric] - left[metric] || left.country.localeCompare(right.country))
    .map((country) => ({
      code: country.country,
      count: country[metric],
      share: total > 0 ? country[metric] / total : 0,
      length: most > 0 ? country[metric] / most : 0,
      rate: country.orders > 0 ? country[metric] / country.orders : 0,
    }));
}
