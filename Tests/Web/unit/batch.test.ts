import { BatchBuffer } from '../../../Web/src/live/batch';
import { feedLimit } from '../../../Web/src/state/feed';
import { equal, isTrue, test } from './harness';
import { flagged, order, point, totals } from './samples';

test('of several changes to an order only the latest is drawn', () => {
  const buffer = new BatchBuffer();
  buffer.addOrder(order(1, { revision: 2 }));
  buffer.addOrder(order(1, { revision: 4 }));
  buffer.addOrder(order(1, { revision: 3 }));
  equal(buffer.take().orders.map((kept) => kept.revision), [4]);
});

test('a flood stays within the bounds and keeps the newest', () => {
  const buffer = new BatchBuffer();
  for (let id = 1; id <= 5000; id += 1) buffer.addOrder(order(id));
  const { orders } = buffer.take();
  equal(orders.length, feedLimit);
  equal(orders[orders.length - 1]!.order_id, 5000);
});

test('flagged orders become alerts, newest first', () => {
  const buffer = new BatchBuffer();
  buffer.addOrder(flagged(1, '2024-01-15T10:30:00Z'));
  buffer.addOrder(order(2));
  buffer.addOrder(flagged(3, '2024-01-15T10:30:02Z'));
  equal(buffer.take().alerts.map((alert) => alert.order_id), [3, 1]);
});

test('the latest totals and the latest of each minute are kept', () => {
  const buffer = new BatchBuffer();
  buffer.addStats({ totals: totals(1), points: [point('2024-01-15T10:29:00Z', 1)] });
  buffer.addStats({ totals: totals(2), points: [point('2024-01-15T10:29:00Z', 2), point('2024-01-15T10:30:00Z', 1)] });
  const taken = buffer.take();
  equal(taken.totals?.orders, 2);
  equal(taken.points.map((kept) => kept.orders), [2, 1]);
});

test('taking empties the buffer', () => {
  const buffer = new BatchBuffer();
  buffer.addSkipped(3);
  equal(buffer.take().skipped, 3);
  isTrue(buffer.isEmpty, 'empty after taking');
});
