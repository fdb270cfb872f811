import type { MinutePoint } from '../wire/types';

export const minute = 60_000;
/** Minutes shown. */
export const seriesMinutes = 60;
/** Points kept either side of now: the shown hour, late events a little before, clocks a little ahead. */
const keptBefore = (seriesMinutes + 15) * minute;
const keptAfter = 5 * minute;

export interface SeriesPoint {
  /** Start of the minute, ms since the epoch. */
  start: number;
  orders: number;
  cancelled: number;
  paid: number;
  declined: number;
  flagged: number;
  late: number;
  sales: Record<string, number>;
}

export function pointFrom(wire: MinutePoint): SeriesPoint {
  const sales: Record<string, number> = {};
  for (const entry of wire.sales) sales[entry.currency] = entry.amount;
  return {
    start: Date.parse(wire.start),
    orders: wire.orders,
    cancelled: wire.cancelled,
    paid: wire.paid,
    declined: wire.declined,
    flagged: wire.flagged,
    late: wire.late,
    sales,
  };
}

/** Points by minute, ascending. An incoming point is the whole minute as it now stands and replaces the known one. */
export function mergePoints(known: SeriesPoint[], incoming: SeriesPoint[], now: number): SeriesPoint[] {
  const byStart = new Map(known.map((point) => [point.start, point]));
  for (const point of incoming) byStart.set(point.start, point);
  return [...byStart.values()]
    .filter((point) => point.start >= now - keptBefore && point.start <= now + keptAfter)
    .sort((left, right) => left.start - right.start);
}

/** The `minutes` ending with the one that `end` lies in; a minute without events is a point of zeros. */
export function seriesWindow(points: SeriesPoint[], end: number, minutes = seriesMinutes): SeriesPoint[] {
  const byStart = new Map(points.map((point) => [point.start, point]));
  const last = Math.floor(end / minute) * minute;
  return Array.from({ length: minutes }, (_, index) => {
    const start = last - (minutes - 1 - index) * minute;
    return byStart.get(start) ?? emptyPoint(start);
  });
}

function emptyPoint(start: number): SeriesPoint {
  return { start, orders: 0, cancelled: 0, paid: 0, declined: 0, flagged: 0, late: 0, sales: {} };
}
