import type { AlertView, OrderView, StatsEvent, Totals } from '../wire/types';
import { alertOf, alertLimit } from '../state/alerts';
import { feedLimit } from '../state/feed';
import { pointFrom, type SeriesPoint } from '../state/series';

/** What the stream brought since the last time the page was drawn. Bounded, whatever the rate. */
export interface LiveBatch {
  /** Latest revision of each changed order, oldest change first; at most the feed's rows. */
  orders: OrderView[];
  alerts: AlertView[];
  totals: Totals | null;
  points: SeriesPoint[];
  /** Updates that the server left out under load. */
  skipped: number;
}

/** Minutes with changes kept between two drawings; the newest win. */
const pointLimit = 240;

/** Gathers events between two drawings of the page. */
export class BatchBuffer {
  private orders = new Map<number, OrderView>();
  private alerts: AlertView[] = [];
  private totals: Totals | null = null;
  private points = new Map<string, SeriesPoint>();
  private skipped = 0;

  get isEmpty(): boolean {
    return this.orders.size === 0 && this.totals === null && this.skipped === 0;
  }

  addOrder(order: OrderView): void {
    const known = this.orders.get(order.order_id);
    if (known !== undefined && known.revision >= order.revision) return;
    if (known === undefined && this.orders.size >= feedLimit) {
      const oldest = this.orders.keys().next();
      if (!oldest.done) this.orders.delete(oldest.value);
    }
    this.orders.set(order.order_id, order);

    const alert = alertOf(order);
    if (alert !== null) {
      if (this.alerts.length >= alertLimit) this.alerts.shift();
      this.alerts.push(alert);
    }
  }

  addStats(event: StatsEvent): void {
    this.totals = event.totals;
    for (const point of event.points) {
      this.points.set(point.start, pointFrom(point));
    }
    while (this.points.size > pointLimit) {
      const oldest = this.points.keys().next();
      if (oldest.done) break;
      this.points.delete(oldest.value);
    }
  }

  addSkipped(count: number): void {
    this.skipped += count;
  }

  clear(): void {
    this.take();
  }

  /** Hands over what was gathered and starts over. */
  take(): LiveBatch {
    const batch: LiveBatch = {
      orders: [...this.orders.values()],
      alerts: [...this.alerts].reverse(),
      totals: this.totals,
      points: [...this.points.values()],
      skipped: this.skipped,
    };
    this.orders.clear();
    this.alerts = [];
    this.totals = null;
    this.points.clear();
    this.skipped = 0;
    return batch;
  }
}
