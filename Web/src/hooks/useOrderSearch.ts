import { useCallback, useEffect, useRef, useState } from 'react';
import { api, ApiError } from '../wire/api';
import { unreachable, type Problem } from '../wire/problem';
import { filterQuery, resultLimit, type Filters } from '../state/filters';
import type { OrderView } from '../wire/types';

export interface SearchState {
  orders: OrderView[] | null;
  loading: boolean;
  problem: Problem | null;
  cursor: string | null;
  /** When the first page was received, local ms. */
  at: number | null;
}

const nothing: SearchState = { orders: null, loading: true, problem: null, cursor: null, at: null };

/** Orders that match the filters, page by page; or the one with the given id. */
export function useOrderSearch(filters: Filters, orderId: string) {
  const [state, setState] = useState<SearchState>(nothing);
  const running = useRef<AbortController | null>(null);

  const load = useCallback(async (cursor: string | null, known: OrderView[]) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setState((current) => ({ ...current, loading: true, problem: null }));
    try {
      const page = orderId !== ''
        ? { orders: [(await api.order(orderId, controller.signal)).value as OrderView], next_cursor: null }
        : (await api.orders(filterQuery(filters, cursor), controller.signal)).value;
      const orders = [...known, ...page.orders].slice(0, resultLimit);
      setState((current) => ({
        orders, loading: false, problem: null, cursor: page.next_cursor,
        at: cursor === null ? Date.now() : current.at,
      }));
    } catch (error) {
      if (controller.signal.aborted) return;
      const problem = error instanceof ApiError ? error.problem : unreachable(false);
      if (orderId !== '' && problem.status === 404) {
        setState({ orders: [], loading: false, problem: null, cursor: null, at: Date.now() });
      } else {
        setState((current) => ({ ...current, loading: false, problem }));
      }
    }
  }, [filters, orderId]);

  useEffect(() => {
    setState(nothing);
    void load(null, []);
    return () => running.current?.abort();
  }, [load]);

  return {
    ...state,
    refresh: () => void load(null, []),
    more: () => void load(state.cursor, state.orders ?? []),
  };
}
