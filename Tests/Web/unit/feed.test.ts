import { emptyFeed, feedHeld, feedLimit, feedLoaded, feedReceived, feedReleased, feedTick, newestChange } from '../../../Web/src/state/feed';
import { changeText } from '../../../Web/src/components/layout/changeText';
import { equal, isTrue, same, test } from './harness';
import { order } from './samples';

const ids = (feed: typeof emptyFeed) => feed.rows.map((row) => row.order.order_id);
const loaded = feedLoaded(emptyFeed, [order(3), order(2), order(1)], false, 0);

test('a new order goes on top of the feed', () => {
  equal(ids(feedReceived(loaded, [order(4)], 5000)), [4, 3, 2, 1]);
});

test('orders of one batch appear newest first', () => {
  equal(ids(feedReceived(loaded, [order(4), order(5)], 5000)), [5, 4, 3, 2, 1]);
});

test('a change to a shown order is made in place', () => {
  const feed = feedReceived(loaded, [order(2, { revision: 2, status: 'CONFIRMED' })], 5000);
  equal(ids(feed), [3, 2, 1]);
  equal(feed.rows[1]!.order.status, 'CONFIRMED');
});

test('an older revision never replaces a newer one', () => {
  const confirmed = feedReceived(loaded, [order(2, { revision: 5, status: 'CONFIRMED' })], 5000);
  const late = feedReceived(confirmed, [order(2, { revision: 4 })], 5200);
  equal(late.rows[1]!.order.revision, 5);
});

test('rows that did not change keep their identity, so they are not drawn again', () => {
  const feed = feedReceived(loaded, [order(2, { revision: 2 })], 5000);
  same(feed.rows[0], loaded.rows[0]);
  same(feed.rows[2], loaded.rows[2]);
});

test('while held, new orders wait and are counted, and shown rows still change in place', () => {
  let feed = feedHeld(loaded, true, 1000);
  feed = feedReceived(feed, [order(4), order(2, { revision: 2, status: 'CANCELLED' })], 5000);
  equal(ids(feed), [3, 2, 1]);
  equal(feed.waitingCount, 1);
  equal(feed.rows[1]!.order.status, 'CANCELLED');
});

test('a waiting order is counted once however often it changes', () => {
  let feed = feedHeld(loaded, true, 1000);
  feed = feedReceived(feed, [order(4)], 5000);
  feed = feedReceived(feed, [order(4, { revision: 2 })], 5200);
  equal(feed.waitingCount, 1);
  equal(feed.waiting[0]!.revision, 2);
});

test('letting go publishes what waited', () => {
  let feed = feedReceived(feedHeld(loaded, true, 1000), [order(4)], 5000);
  feed = feedHeld(feed, false, 6000);
  equal(ids(feed), [4, 3, 2, 1]);
  equal(feed.waitingCount, 0);
});

test('the reader can look at what waits without letting go', () => {
  const feed = feedReleased(feedReceived(feedHeld(loaded, true, 1000), [order(4)], 5000), 5500);
  equal(ids(feed), [4, 3, 2, 1]);
  isTrue(feed.held, 'still held');
});

test('a fast feed moves once a second and does not announce its rows', () => {
  const many = Array.from({ length: 20 }, (_, index) => order(100 + index));
  let feed = feedReceived(loaded, many, 500);
  equal(feed.rows.length, 3, 'shown at first');
  feed = feedTick(feed, 900);
  equal(feed.rows.length, 3, 'within the second');
  feed = feedTick(feed, 1100);
  equal(feed.rows.length, 23, 'after it');
  isTrue(!feed.rows[0]!.isNew, 'rows are not announced');
});

test('rows and waiting orders are bounded', () => {
  const many = (from: number) => Array.from({ length: 300 }, (_, index) => order(from + index));
  let feed = feedHeld(loaded, true, 0);
  feed = feedReceived(feed, many(1000), 5000);
  feed = feedReceived(feed, many(2000), 6000);
  equal(feed.waiting.length, feedLimit);
  equal(feed.waitingCount, 600);
  equal(feedHeld(feed, false, 9000).rows.length, feedLimit);
});

test('orders that arrived before the first page stay above it', () => {
  const early = feedReceived(emptyFeed, [order(9)], 100);
  equal(ids(feedLoaded(early, [order(8), order(7)], false, 200)), [9, 8, 7]);
});

test('a snapshot after a reconnection merges', () => {
  const feed = feedLoaded(loaded, [order(5), order(4), order(3, { revision: 3 })], false, 9000);
  equal(ids(feed), [5, 4, 3, 2, 1]);
  equal(feed.rows[2]!.order.revision, 3);
});

test('a snapshot that shares no order with the rows replaces them, rather than hide a gap', () => {
  equal(ids(feedLoaded(loaded, [order(90), order(89)], false, 9000)), [90, 89]);
});

test('a reset forgets what was known, newer revisions included', () => {
  const feed = feedReceived(loaded, [order(3, { revision: 50 })], 5000);
  const reset = feedLoaded(feed, [order(3, { revision: 1 })], true, 9000);
  equal(reset.rows.map((row) => row.order.revision), [1]);
});

test('the feed goes by created_at, then id, whatever the ids are', () => {
  const at = (second: number) => `2024-01-15T10:31:${String(second).padStart(2, '0')}Z`;
  // The API's ids are far above a producer's.
  let feed = feedReceived(loaded, [order(750_000_000_000_000, { created_at: at(1), updated_at: at(1) })], 5000);
  feed = feedReceived(feed, [order(4, { created_at: at(2), updated_at: at(2) })], 7000);
  equal(ids(feed), [4, 750_000_000_000_000, 3, 2, 1]);
  feed = feedReceived(feed, [order(9, { created_at: '2024-01-15T10:29:00Z', updated_at: at(3) })], 9000);
  equal(ids(feed), [4, 750_000_000_000_000, 3, 2, 1, 9]);
});

test('a change of an order older than all rows does not bring it back on top', () => {
  const full = feedLoaded(emptyFeed, Array.from({ length: feedLimit }, (_, index) => order(1000 - index)), false, 0);
  const feed = feedReceived(full, [order(5, { revision: 9 })], 5000);
  isTrue(!ids(feed).includes(5), 'it is not shown');
  equal(feed.waitingCount, 0);
});

test('an order of a clock that is hours ahead does not hold the top', () => {
  const ahead = order(7, { created_at: '2024-01-15T15:30:00Z', updated_at: '2024-01-15T10:30:02Z' });
  let feed = feedReceived(loaded, [ahead], 5000);
  equal(ids(feed)[0], 7);
  feed = feedReceived(feed, [order(8, { created_at: '2024-01-15T10:30:03Z', updated_at: '2024-01-15T10:30:03Z' })], 7000);
  equal(ids(feed).slice(0, 2), [8, 7]);
});

test('how old the newest is, is told by its change and not by when an answer came', () => {
  equal(newestChange(emptyFeed), null);
  const changed = newestChange(feedReceived(loaded, [order(1, { revision: 2, updated_at: '2024-01-15T10:30:20Z' })], 5000));
  equal(changed, Date.parse('2024-01-15T10:30:20Z'));
  equal(changeText(changed, changed! + 12_400), 'last change 12 s ago');
  equal([changeText(changed, changed!), changeText(changed, changed! - 5000), changeText(null, 0)], ['last change just now', 'last change just now', 'no orders yet']);
});
