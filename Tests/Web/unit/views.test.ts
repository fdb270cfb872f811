import { rankCountries } from '../../../Web/src/components/countries/rank';
import { currenciesIn } from '../../../Web/src/components/charts/metrics';
import { datasetValues } from '../../../Web/src/components/charts/minuteChartOptions';
import { deadLetterText, statusLifetimeMilliseconds, summarise } from '../../../Web/src/components/system/summary';
import { hashOf, routeFrom } from '../../../Web/src/hooks/useRoute';
import { nextTheme } from '../../../Web/src/hooks/themeChoice';
import { failed, loaded, nothingLoaded } from '../../../Web/src/state/loadable';
import { pointFrom } from '../../../Web/src/state/series';
import { unreachable } from '../../../Web/src/wire/problem';
import type { CountryStats, SystemView } from '../../../Web/src/wire/types';
import { equal, isTrue, near, test } from './harness';
import { point, service, system } from './samples';

const country = (code: string, orders: number, declined: number): CountryStats =>
  ({ country: code, orders, declined, cancelled: 0, paid: orders - declined, flagged: 0, sales: [] });

test('a platform in order is said to be', () => {
  equal(summarise(loaded(system(), 0), 1000), { tone: 'good', text: 'All systems OK' });
});

test('the worst finding is named first, with how many there are besides', () => {
  const view = system({ status: 'degraded', services: [service('payments', 'lagging'), service('alerting', 'down')] });
  equal(summarise(loaded(view, 0), 1000), { tone: 'bad', text: 'Alerting down +1' });
});

test('a service that tries again is named, and one that is late besides', () => {
  const view = system({ status: 'degraded', services: [service('sink', 'lagging'), service('payments', 'retrying')] });
  equal(summarise(loaded(view, 0), 1000), { tone: 'warn', text: 'Payments retrying +1' });
});

test('a platform that calls itself degraded is never shown as fine', () => {
  equal(summarise(loaded(system({ status: 'degraded' }), 0), 1000).tone, 'warn');
});

test('an old status is unknown, whatever it said', () => {
  const summary = summarise(loaded(system(), 0), statusLifetimeMilliseconds + 10_000);
  equal(summary.tone, 'warn');
  isTrue(summary.text.startsWith('Status unknown'), summary.text);
});

test('once the server does not answer, nothing is called OK, however recent the status is', () => {
  const refused = failed(loaded(system(), 0), unreachable(false));
  equal(summarise(refused, 1).tone, 'warn');
  const broken = { phase: 'reconnecting' as const, since: 500, heardAt: 400 };
  equal(summarise(loaded(system(), 0), 501, broken), { tone: 'warn', text: 'No answer from the server' });
  equal(summarise(loaded(system(), 600), 700, broken).tone, 'good');
});

test('a platform that starts is neither OK nor down', () => {
  const view = system({ status: 'starting', services: [service('payments', 'starting')] });
  equal(summarise(loaded(view, 0), 1), { tone: 'quiet', text: 'Starting…' });
});

test('open dead letters are named by their records, and nothing is called OK', () => {
  const view = system({ dead_letters: { open: 3, open_records: 1, topics: [] } });
  equal(summarise(loaded(view, 0), 1), { tone: 'warn', text: 'Dead letters: 1' });
  equal(deadLetterText(view.dead_letters!), '1 record with 3 open dead letters');
  equal(deadLetterText({ open: 2, topics: [] }), '2 open dead letters');
});

test('no status at all is unknown once asking failed', () => {
  equal(summarise(nothingLoaded(), 0).text, 'Checking…');
  equal(summarise(failed(nothingLoaded<SystemView>(), unreachable(false)), 0).text, 'Status unknown');
});

test('countries are ranked with their share of all', () => {
  const ranked = rankCountries([country('DE', 30, 0), country('US', 60, 6), country('FR', 30, 3)], 'orders');
  equal(ranked.map((entry) => entry.code), ['US', 'DE', 'FR']);
  near(ranked[0]!.share, 0.5, 1e-9);
  near(ranked[1]!.length, 0.5, 1e-9);
});

test('a country without declined payments is left out of their ranking, and the rate is of its own orders', () => {
  const ranked = rankCountries([country('DE', 30, 0), country('US', 60, 6)], 'declined');
  equal(ranked.map((entry) => entry.code), ['US']);
  near(ranked[0]!.rate, 0.1, 1e-9);
});

test('currencies of the hour are those that sold, most often first', () => {
  const sold = (start: string, ...codes: string[]) =>
    pointFrom({ ...point(start, 1), sales: codes.map((currency) => ({ currency, amount: 1 })) });
  equal(currenciesIn([sold('2024-01-15T10:29:00Z', 'EUR', 'USD'), sold('2024-01-15T10:30:00Z', 'USD')]), ['USD', 'EUR']);
});

test('the unfinished end of a line is apart from the rest', () => {
  equal(datasetValues('line', [1, 2, 3]), [[1, 2, null], [null, 2, 3]]);
  equal(datasetValues('bar', [1, 2, 3]), [[1, 2, 3]]);
});

test('an order has an address of its own', () => {
  equal(routeFrom('#/orders/9007199254740991'), { kind: 'order', id: '9007199254740991' });
  equal(hashOf({ kind: 'order', id: '7' }), '#/orders/7');
  equal(routeFrom(hashOf({ kind: 'dead-letters' })), { kind: 'dead-letters' });
  equal(routeFrom(hashOf({ kind: 'webhooks' })), { kind: 'webhooks' });
  equal(routeFrom('#/orders/nonsense'), { kind: 'none' });
});

test('the theme button goes through system, light and dark', () => {
  equal([nextTheme('system'), nextTheme('light'), nextTheme('dark')], ['light', 'dark', 'system']);
});
