import { mergePoints, minute, pointFrom, seriesWindow } from '../../../Web/src/state/series';
import { addSample, ordersPerMinute, type RateSample } from '../../../Web/src/state/rate';
import { rankCurrencies } from '../../../Web/src/state/currencies';
import { equal, isTrue, near, test } from './harness';
import { point } from './samples';

const now = Date.parse('2024-01-15T10:30:30Z');
const at = (start: string, orders: number) => pointFrom(point(start, orders));

test('an incoming minute replaces the known one', () => {
  const merged = mergePoints([at('2024-01-15T10:30:00Z', 3)], [at('2024-01-15T10:30:00Z', 5)], now);
  equal(merged.map((kept) => kept.orders), [5]);
});

test('minutes long past or far ahead are not kept', () => {
  const merged = mergePoints(
    [at('2024-01-15T08:00:00Z', 1)],
    [at('2024-01-15T10:29:00Z', 2), at('9999-01-01T00:00:00Z', 3)],
    now,
  );
  equal(merged.map((kept) => kept.orders), [2]);
});

test('the window has every minute, with zeros where nothing happened', () => {
  const points = seriesWindow([at('2024-01-15T10:28:00Z', 4)], now, 4);
  equal(points.map((shown) => shown.orders), [0, 4, 0, 0]);
  equal(new Date(points[3]!.start).toISOString(), '2024-01-15T10:30:00.000Z');
});

test('the rate comes from the minute points until the page has watched for some seconds', () => {
  const points = [at('2024-01-15T10:29:00Z', 60), at('2024-01-15T10:30:00Z', 40)];
  near(ordersPerMinute([{ at: now, orders: 1000 }], points, now + 1000, now)!, 40 + 30, 0.001);
});

test('in the first minute of a platform the rate is unknown at first, then what comes, and never a part of it', () => {
  const points = [at('2024-01-15T10:30:00Z', 40)];
  equal(ordersPerMinute([{ at: now, orders: 40 }], points, now + 1000, now), null);
  const samples: RateSample[] = [0, 1, 2, 3, 4, 5, 6].map((second) => ({ at: second * 1000, orders: second * 100 }));
  near(ordersPerMinute(samples, points, 6_000, now)!, 6_000, 0.001);
  equal(ordersPerMinute([], [], 0, now), 0);
});

test('then from how the total grew', () => {
  const samples: RateSample[] = [{ at: 0, orders: 100 }, { at: 60_000, orders: 400 }];
  near(ordersPerMinute(samples, [], 60_000, now)!, 300, 0.001);
});

test('the rate falls when nothing comes any more', () => {
  const samples: RateSample[] = [{ at: 0, orders: 100 }, { at: 60_000, orders: 400 }];
  equal(ordersPerMinute(samples, [], 120_000, now), 0);
});

test('samples are bounded at a fast stream', () => {
  let samples: RateSample[] = [];
  for (let time = 0; time <= 600_000; time += 200) samples = addSample(samples, { at: time, orders: time });
  isTrue(samples.length <= 63, `at most 63, got ${samples.length}`);
  near(ordersPerMinute(samples, [], 600_000, now)!, minute, 1200);
});

test('samples of other data are forgotten', () => {
  const samples = addSample([{ at: 0, orders: 500 }], { at: 1000, orders: 3 });
  equal(samples, [{ at: 1000, orders: 3 }]);
});

test('currencies are ranked by orders, not by amounts that cannot be compared', () => {
  const money = (currency: string, orders: number, sales: number) =>
    ({ currency, orders, sales, paid: 0, declined: 0, flagged: 0, refund_due: 0 });
  const ranked = rankCurrencies([money('JPY', 5, 900_000), money('USD', 50, 9000), money('EUR', 5, 80)]);
  equal(ranked.map((entry) => entry.currency), ['USD', 'EUR', 'JPY']);
});
