import { reduce } from '../../../Web/src/state/reducer';
import { initialState, type AppState } from '../../../Web/src/state/state';
import { alertLimit, alertOf, mergeAlerts } from '../../../Web/src/state/alerts';
import { pointFrom } from '../../../Web/src/state/series';
import { unreachable } from '../../../Web/src/wire/problem';
import { equal, isTrue, same, test } from './harness';
import { batch, flagged, order, point, totals } from './samples';

const now = Date.parse('2024-01-15T10:30:30Z');
const start = initialState(now);
const reduceAll = (actions: Parameters<typeof reduce>[1][], from: AppState = start) => actions.reduce(reduce, from);

test('totals of the stream replace those of the snapshot', () => {
  const state = reduceAll([
    { type: 'stats', totals: totals(10), countries: [], asked: now, at: now + 50 },
    { type: 'live', batch: batch({ totals: totals(12) }), at: now + 100 },
  ]);
  equal(state.totals.value?.orders, 12);
  equal(state.totals.at, now + 100);
});

test('a snapshot asked for before the latest stream event does not turn the totals back', () => {
  const state = reduceAll([
    { type: 'live', batch: batch({ totals: totals(12) }), at: now + 100 },
    { type: 'stats', totals: totals(10), countries: [], asked: now + 50, at: now + 150 },
  ]);
  equal(state.totals.value?.orders, 12);
});

test('a snapshot asked for after it does, also downwards', () => {
  const state = reduceAll([
    { type: 'live', batch: batch({ totals: totals(12) }), at: now + 100 },
    { type: 'stats', totals: totals(3), countries: [], asked: now + 200, at: now + 250 },
  ]);
  equal(state.totals.value?.orders, 3);
});

test('a failure keeps the last known value and its time', () => {
  const state = reduceAll([
    { type: 'stats', totals: totals(10), countries: [], asked: now, at: now + 50 },
    { type: 'failed', source: 'stats', problem: unreachable(false) },
  ]);
  equal(state.totals.value?.orders, 10);
  equal(state.totals.at, now + 50);
  equal(state.totals.problem?.status, 0);
  equal(state.countries.problem?.status, 0);
});

test('the next success clears the failure', () => {
  const state = reduceAll([
    { type: 'failed', source: 'system', problem: unreachable(true) },
    {
      type: 'system', at: now,
      system: {
        status: 'ok', version: '1', uptime_seconds: 1, broker: { status: 'ok' }, store: { status: 'ok' },
        services: [], topics: [],
      },
    },
  ]);
  equal(state.system.problem, null);
});

test('minute points of the stream win over a series asked for before them', () => {
  const state = reduceAll([
    { type: 'live', batch: batch({ points: [pointFrom(point('2024-01-15T10:30:00Z', 9))] }), at: now + 100 },
    {
      type: 'series', asked: now + 50, at: now + 200,
      points: [pointFrom(point('2024-01-15T10:29:00Z', 4)), pointFrom(point('2024-01-15T10:30:00Z', 7))],
    },
  ]);
  equal(state.series.value?.map((kept) => kept.orders), [4, 9]);
});

test('a few minutes of the stream are not taken for the hour before a snapshot came', () => {
  const state = reduceAll([
    { type: 'live', batch: batch({ points: [pointFrom(point('2024-01-15T10:30:00Z', 9))] }), at: now + 100 },
    { type: 'failed', source: 'series', problem: unreachable(false) },
  ]);
  equal(state.series.value, null);
});

test('a flagged order of the stream becomes an alert, once', () => {
  const alert = alertOf(flagged(5, '2024-01-15T10:30:02Z'))!;
  const state = reduceAll([
    { type: 'alerts', alerts: [], reset: false, at: now },
    { type: 'live', batch: batch({ alerts: [alert] }), at: now + 100 },
    { type: 'live', batch: batch({ alerts: [alert] }), at: now + 200 },
  ]);
  equal(state.alerts.value?.map((kept) => kept.order_id), [5]);
});

test('alerts stand newest first and are bounded', () => {
  const alerts = Array.from({ length: 150 }, (_, index) =>
    alertOf(flagged(index + 1, new Date(now + index * 1000).toISOString()))!);
  const merged = mergeAlerts([], alerts);
  equal(merged.length, alertLimit);
  equal(merged[0]!.order_id, 150);
});

test('an order without a verdict is no alert', () => {
  equal(alertOf(order(1)), null);
});

test('skipped updates add up within a busy spell and start anew after a pause', () => {
  const first = reduceAll([
    { type: 'live', batch: batch({ skipped: 10 }), at: now },
    { type: 'live', batch: batch({ skipped: 5 }), at: now + 1000 },
  ]);
  equal(first.skipped?.count, 15);
  const later = reduce(first, { type: 'live', batch: batch({ skipped: 2 }), at: now + 60_000 });
  equal(later.skipped?.count, 2);
});

test('a tick with nothing waiting changes nothing', () => {
  same(reduce(start, { type: 'tick', at: now + 1000 }), start);
});

test('an empty installation is known to be empty only after an answer', () => {
  isTrue(start.totals.value === null, 'unknown before');
  const state = reduce(start, { type: 'stats', totals: totals(0), countries: [], asked: now, at: now });
  equal(state.totals.value?.orders, 0);
});
