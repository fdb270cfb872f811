import { useCallback, useRef, useState } from 'react';
import { api, ApiError } from '../wire/api';
import type { Delivery } from '../wire/contract';
import { unreachable, type Problem } from '../wire/problem';
import { deliveryKey, deliveryLimit, deliveryQuery, type DeliveryFilter } from '../state/deliveries';
import { usePages } from './usePages';

/** How far the wish to post an event again has come. */
export type Wish = 'sending' | 'sent';

/** The latest deliveries of webhooks, and posting their events again. */
export function useDeliveries(filter: DeliveryFilter) {
  const [complete, setComplete] = useState(true);
  const [wishes, setWishes] = useState<Record<string, Wish>>({});
  const [refusal, setRefusal] = useState<Problem | null>(null);
  const asked = useRef(new Set<string>());

  const fetchPage = useCallback(async (_cursor: string | null, signal: AbortSignal) => {
    const { value } = await api.deliveries(deliveryQuery(filter), signal);
    setComplete(value.complete);
    return { items: value.deliveries, next: null };
  }, [filter]);
  const { items, loading, problem, at, refresh } = usePages<Delivery>(fetchPage, deliveryLimit);

  const redeliver = useCallback(async (delivery: Delivery) => {
    const key = deliveryKey(delivery);
    if (asked.current.has(key)) return;
    asked.current.add(key);
    setRefusal(null);
    setWishes((current) => ({ ...current, [key]: 'sending' }));
    try {
      await api.redeliver(delivery.id, delivery.endpoint);
      setWishes((current) => ({ ...current, [key]: 'sent' }));
    } catch (error) {
      asked.current.delete(key);
      setWishes((current) => Object.fromEntries(Object.entries(current).filter(([other]) => other !== key)));
      setRefusal(error instanceof ApiError ? error.problem : unreachable(false));
    }
  }, []);

  const again = useCallback(() => {
    asked.current.clear();
    setWishes({});
    setRefusal(null);
    refresh();
  }, [refresh]);

  return { deliveries: items, loading, problem, at, complete, wishes, refusal, redeliver, refresh: again };
}
