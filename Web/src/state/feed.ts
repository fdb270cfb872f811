import type { OrderView } from '../wire/types';

/** The live feed: what is shown, and what waits while the reader holds it still. */
export interface FeedState {
  rows: FeedRow[];
  /** Newest first, bounded like the rows. */
  waiting: OrderView[];
  /** How many orders arrived while waiting, those dropped from `waiting` included. */
  waitingCount: number;
  /** The reader points at the feed, has scrolled down in it, or pressed pause. */
  held: boolean;
  loaded: boolean;
  publishedAt: number;
}

export interface FeedRow {
  order: OrderView;
  /** Arrived live, so it may announce itself; rows of a snapshot don't. */
  isNew: boolean;
}

/** Rows kept and shown; older ones leave the page (GET /api/orders still has them). */
export const feedLimit = 200;

/** Above this many new orders at once the feed moves once a second, so that it stays readable. */
const calmAbove = 8;
const calmIntervalMilliseconds = 1000;

export const emptyFeed: FeedState = {
  rows: [], waiting: [], waitingCount: 0, held: false, loaded: false, publishedAt: 0,
};

/** A created_at so far ahead of the order's last change comes from a clock that is wrong, ms. */
const clockToleranceMilliseconds = 60_000;

/** When an order counts as created: one from a clock that is ahead, when it was seen, so that it does not hold the top for hours. */
function rankOf(order: OrderView): number {
  const [created, changed] = [Date.parse(order.created_at), Date.parse(order.updated_at)];
  return created > changed + clockToleranceMilliseconds ? changed : created;
}

/** By created_at, then id, the newest first: as the server's lists are. */
function byNewest(left: OrderView, right: OrderView): number {
  return rankOf(right) - rankOf(left) || right.order_id - left.order_id;
}

/** When the newest of the known orders changed last, server's time in ms; null where none is known. */
export function newestChange(feed: FeedState): number | null {
  let newest: number | null = null;
  for (const order of [...feed.waiting, ...feed.rows.map((row) => row.order)]) {
    const at = Date.parse(order.updated_at);
    if (!Number.isNaN(at) && (newest === null || at > newest)) newest = at;
  }
  return newest;
}

/**
 * Orders that changed, newest last. Known rows are updated in place, so nothing jumps; unknown ones go where their
 * created_at says, mostly on top. A change of an order that is older than all rows does not bring it back.
 */
export function feedReceived(feed: FeedState, orders: OrderView[], at: number): FeedState {
  if (orders.length === 0) return feed;
  const changes = new Map<number, OrderView>();
  for (const order of orders) changes.set(order.order_id, newer(changes.get(order.order_id), order));

  const rows = replaceRows(feed.rows, changes);
  const waiting = feed.waiting.map((order) => {
    const change = changes.get(order.order_id);
    changes.delete(order.order_id);
    return change === undefined ? order : newer(order, change);
  });
  const last = rows.length < feedLimit ? undefined : rows[rows.length - 1]?.order;
  const arrivals = [...changes.values()].filter((order) => last === undefined || byNewest(order, last) < 0);
  const next: FeedState = {
    ...feed,
    rows,
    waiting: [...arrivals, ...waiting].sort(byNewest).slice(0, feedLimit),
    waitingCount: feed.waitingCount + arrivals.length,
  };
  return feedTick(next, at);
}

/** Publishes what waits, unless the reader holds the feed or it would move too fast to read. */
export function feedTick(feed: FeedState, at: number): FeedState {
  if (feed.held || feed.waiting.length === 0) return feed;
  const calm = feed.waitingCount > calmAbove && at - feed.publishedAt < calmIntervalMilliseconds;
  return calm ? feed : published(feed, at);
}

export function feedHeld(feed: FeedState, held: boolean, at: number): FeedState {
  if (feed.held === held) return feed;
  return feedTick({ ...feed, held }, at);
}

/** Shows what waits at once, also while held: the reader asked for it. */
export function feedReleased(feed: FeedState, at: number): FeedState {
  return feed.waiting.length === 0 ? feed : published(feed, at);
}

/**
 * The server's newest orders. They replace everything after a reset, and where none of them is known: then more
 * happened meanwhile than one page holds, and the rows would hide a gap. Otherwise the newer revision of each wins.
 */
export function feedLoaded(feed: FeedState, orders: OrderView[], reset: boolean, at: number): FeedState {
  const replace = reset || (feed.loaded && isGap(feed, orders));
  if (replace || !feed.loaded) {
    const known = replace ? new Map<number, OrderView>() : knownOrders(feed);
    const merged = orders.map((order) => newer(known.get(order.order_id), order));
    const listed = new Set(orders.map((order) => order.order_id));
    const arrived = replace ? [] : [...known.values()].filter((order) => !listed.has(order.order_id));
    const rows = [...arrived, ...merged].sort(byNewest).slice(0, feedLimit).map((order) => ({ order, isNew: false }));
    return { ...feed, rows, waiting: [], waitingCount: 0, loaded: true, publishedAt: at };
  }
  return feedReceived(feed, [...orders].reverse(), at);
}

function published(feed: FeedState, at: number): FeedState {
  const announce = feed.waitingCount <= calmAbove;
  const arrivals = feed.waiting.map((order) => ({ order, isNew: announce }));
  return {
    ...feed,
    rows: [...arrivals, ...feed.rows].sort((left, right) => byNewest(left.order, right.order)).slice(0, feedLimit),
    waiting: [],
    waitingCount: 0,
    publishedAt: at,
  };
}

function replaceRows(rows: FeedRow[], changes: Map<number, OrderView>): FeedRow[] {
  let touched = false;
  const next = rows.map((row) => {
    const change = changes.get(row.order.order_id);
    if (change === undefined) return row;
    changes.delete(row.order.order_id);
    const order = newer(row.order, change);
    if (order === row.order) return row;
    touched = true;
    return { ...row, order };
  });
  return touched ? next : rows;
}

function isGap(feed: FeedState, orders: OrderView[]): boolean {
  const known = knownOrders(feed);
  return known.size > 0 && !orders.some((order) => known.has(order.order_id));
}

function knownOrders(feed: FeedState): Map<number, OrderView> {
  return new Map([...feed.waiting, ...feed.rows.map((row) => row.order)].map((order) => [order.order_id, order]));
}

function newer(known: OrderView | undefined, candidate: OrderView): OrderView {
  return known !== undefined && known.revision >= candidate.revision ? known : candidate;
}
