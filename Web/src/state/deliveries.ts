import type { Delivery } from '../wire/contract';

/** What the list of deliveries is narrowed to. */
export type DeliveryFilter = Delivery['state'] | 'all';

/** Listed at most. */
export const deliveryLimit = 100;

/** The query of GET /api/webhooks/deliveries. */
export function deliveryQuery(filter: DeliveryFilter): URLSearchParams {
  const query = new URLSearchParams({ limit: String(deliveryLimit) });
  if (filter !== 'all') query.set('state', filter);
  return query;
}

/** What a delivery is known by: each endpoint has one of each event. */
export const deliveryKey = (delivery: Pick<Delivery, 'id' | 'endpoint'>) => `${delivery.id}/${delivery.endpoint}`;

/** What came of it, in words. */
export function outcomeOf(delivery: Pick<Delivery, 'state' | 'attempts' | 'status' | 'detail'>): string {
  if (delivery.state === 'delivered') return `Answered ${delivery.status ?? '2xx'}`;
  return delivery.detail ?? (delivery.attempts === 0 ? 'Not attempted yet' : `Answered ${delivery.status ?? 'nothing'}`);
}
