import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from '../wire/api';
import { unreachable, type Problem } from '../wire/problem';

export interface PagesState<Item> {
  items: Item[] | null;
  loading: boolean;
  problem: Problem | null;
  cursor: string | null;
  /** When the first page was received, local ms. */
  at: number | null;
}

export type FetchPage<Item> = (cursor: string | null, signal: AbortSignal) => Promise<{ items: Item[]; next: string | null }>;

function nothing<Item>(): PagesState<Item> {
  return { items: null, loading: true, problem: null, cursor: null, at: null };
}

/** A list that the server gives page by page, begun again when `fetchPage` changes; at most `limit` items are kept. */
export function usePages<Item>(fetchPage: FetchPage<Item>, limit: number) {
  const [state, setState] = useState<PagesState<Item>>(nothing);
  const running = useRef<AbortController | null>(null);

  const load = useCallback(async (cursor: string | null, known: Item[]) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setState((current) => ({ ...current, loading: true, problem: null }));
    try {
      const page = await fetchPage(cursor, controller.signal);
      if (controller.signal.aborted) return;
      const items = [...known, ...page.items].slice(0, limit);
      setState((current) => ({
        items, loading: false, problem: null, cursor: page.next,
        at: cursor === null ? Date.now() : current.at,
      }));
    } catch (error) {
      if (controller.signal.aborted) return;
      const problem = error instanceof ApiError ? error.problem : unreachable(false);
      setState((current) => ({ ...current, loading: false, problem }));
    }
  }, [fetchPage, limit]);

  useEffect(() => {
    setState(nothing);
    void load(null, []);
    return () => running.current?.abort();
  }, [load]);

  return {
    ...state,
    refresh: () => void load(null, []),
    more: () => void load(state.cursor, state.items ?? []),
  };
}
