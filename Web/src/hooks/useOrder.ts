import { useCallback, useEffect, useState } from 'react';
import { api, ApiError } from '../wire/api';
import { unreachable } from '../wire/problem';
import { failed, loaded, nothingLoaded, type Loadable } from '../state/loadable';
import type { OrderDetail } from '../wire/types';
import { useAppState } from './useAppState';

/** An order accepted a moment ago may not be stored yet: a 404 is asked again this often, at these waits (ms). */
const retryWaits = [300, 700, 1500, 3000];

/** One order with its trail. Fetched again when the stream shows a newer revision of it. */
export function useOrder(id: string): { order: Loadable<OrderDetail>; reload: () => void } {
  const [order, setOrder] = useState<Loadable<OrderDetail>>(nothingLoaded);
  const [round, setRound] = useState(0);
  const revision = useAppState((state) => {
    const number = Number(id);
    const row = state.feed.rows.find((candidate) => candidate.order.order_id === number);
    const waiting = state.feed.waiting.find((candidate) => candidate.order_id === number);
    return waiting?.revision ?? row?.order.revision ?? 0;
  });
  const shown = order.value !== null && String(order.value.order_id) === id ? order.value.revision : -1;
  const needed = revision > shown ? revision : 0;

  useEffect(() => setOrder(nothingLoaded), [id]);
  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async (attempt: number): Promise<void> => {
      try {
        const { value } = await api.order(id, controller.signal);
        setOrder(loaded(value, Date.now()));
      } catch (error) {
        if (controller.signal.aborted) return;
        const problem = error instanceof ApiError ? error.problem : unreachable(false);
        const wait = retryWaits[attempt];
        if (problem.status === 404 && wait !== undefined) timer = setTimeout(() => void load(attempt + 1), wait);
        else setOrder((current) => failed(current, problem));
      }
    };
    void load(0);
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [id, round, needed]);

  const reload = useCallback(() => setRound((current) => current + 1), []);
  return { order, reload };
}
