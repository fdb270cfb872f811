import { useCallback, useState } from 'react';
import { api } from '../wire/api';
import { deadLetterLimit, deadLetterQuery, type DeadLetterFilters } from '../state/deadLetters';
import type { DeadLetter } from '../wire/deadLetters';
import { usePages } from './usePages';

/** Dead letters that match the filters, page by page; `complete` unless the server keeps only the newest. */
export function useDeadLetters(filters: DeadLetterFilters) {
  const [complete, setComplete] = useState(true);
  const fetchPage = useCallback(async (cursor: string | null, signal: AbortSignal) => {
    const { value } = await api.deadLetters(deadLetterQuery(filters, cursor), signal);
    setComplete(value.complete !== false);
    return { items: value.dead_letters, next: value.next_cursor };
  }, [filters]);
  const { items, ...rest } = usePages<DeadLetter>(fetchPage, deadLetterLimit);
  return { letters: items, complete, ...rest };
}
