import { useCallback } from 'react';
import { api, ApiError } from '../wire/api';
import { filterQuery, resultLimit, type Filters } from '../state/filters';
import type { OrderView } from '../wire/types';
import { usePages } from './usePages';

/** Orders that match the filters, page by page; or the one with the given id. */
export function useOrderSearch(filters: Filters, orderId: string) {
  const fetchPage = useCallback(async (cursor: string | null, signal: AbortSignal) => {
    if (orderId !== '') return { items: await orderWith(orderId, signal), next: null };
    const { value } = await api.orders(filterQuery(filters, cursor), signal);
    return { items: value.orders, next: value.next_cursor };
  }, [filters, orderId]);
  const { items, ...rest } = usePages<OrderView>(fetchPage, resultLimit);
  return { orders: items, ...rest };
}

/** None, if there is no such order. */
async function orderWith(id: string, signal: AbortSignal): Promise<OrderView[]> {
  try {
    return [(await api.order(id, signal)).value];
  } catch (error) {
    if (error instanceof ApiError && error.problem.status === 404) return [];
    throw error;
  }
}
