import type { LiveBatch } from '../../../Web/src/live/batch';
import type { MinutePoint, OrderView, ServiceView, SystemView, Totals } from '../../../Web/src/wire/types';

export function order(id: number, changes: Partial<OrderView> = {}): OrderView {
  return {
    order_id: id,
    customer_id: 7,
    amount: 249.99,
    currency: 'USD',
    country: 'US',
    status: 'CREATED',
    created_at: '2024-01-15T10:30:00Z',
    payment: null,
    fraud: { flagged: false },
    history: { CREATED: '2024-01-15T10:30:00Z' },
    revision: 1,
    updated_at: '2024-01-15T10:30:01Z',
    ...changes,
  };
}

export function flagged(id: number, detectedAt: string): OrderView {
  return order(id, {
    country: 'BR',
    fraud: { flagged: true, reason: 'HIGH_AMOUNT_RISKY_COUNTRY', detected_at: detectedAt },
  });
}

export function totals(orders: number): Totals {
  return {
    orders,
    cancelled: 0,
    late: 0,
    payments: { paid: orders, declined: 0, refund_due: 0 },
    fraud: { alerts: 0, rate: 0 },
    currencies: [],
  };
}

export function point(start: string, orders: number): MinutePoint {
  return { start, orders, cancelled: 0, paid: orders, declined: 0, flagged: 0, late: 0, sales: [] };
}

export function batch(changes: Partial<LiveBatch> = {}): LiveBatch {
  return { orders: [], alerts: [], totals: null, points: [], skipped: 0, ...changes };
}

export function service(name: string, status: string): ServiceView {
  return { name, group: `${name}-group`, status, members: 1, lag: 0, partitions: [] };
}

/** A platform in order, as an API says that knows neither problems nor reconciler nor dead letters. */
export function system(changes: Partial<SystemView> = {}): SystemView {
  return {
    status: 'ok', version: '1', uptime_seconds: 5, broker: { status: 'ok' }, store: { status: 'ok' },
    services: [service('payments', 'ok')], topics: [], ...changes,
  };
}
