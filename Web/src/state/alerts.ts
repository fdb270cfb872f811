import type { AlertView, OrderView } from '../wire/types';

/** Alerts kept on the page, newest detected first. */
export const alertLimit = 100;

/** Alerts, each order once, newest first; the same list when nothing is new. */
export function mergeAlerts(known: AlertView[], incoming: AlertView[]): AlertView[] {
  const seen = new Set(known.map((alert) => alert.order_id));
  const fresh = incoming.filter((alert) => {
    if (seen.has(alert.order_id)) return false;
    seen.add(alert.order_id);
    return true;
  });
  if (fresh.length === 0) return known;
  return [...fresh, ...known]
    .sort((left, right) => Date.parse(right.detected_at) - Date.parse(left.detected_at))
    .slice(0, alertLimit);
}

/** The alert that a changed order carries, if it was flagged. */
export function alertOf(order: OrderView): AlertView | null {
  if (!order.fraud?.flagged) return null;
  return {
    order_id: order.order_id,
    reason: order.fraud.reason ?? '',
    amount: order.amount,
    currency: order.currency,
    country: order.country,
    customer_id: order.customer_id,
    detected_at: order.fraud.detected_at ?? order.updated_at,
  };
}
