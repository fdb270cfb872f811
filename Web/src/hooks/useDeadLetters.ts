import { useCallback } from 'react';
import { api } from '../wire/api';
import { deadLetterLimit, deadLetterQuery, type DeadLetterFilters } from '../state/deadLetters';
import type { DeadLetter } from '../wire/deadLetters';
import { usePages } from './usePages';

/** Dead letters that match the filters, page by page. */
export function useDeadLetters(filters: DeadLetterFilters) {
  const fetchPage = useCallback(async (cursor: string | null, signal: AbortSignal) => {
    const { value } = await api.deadLetters(deadLetterQuery(filters, cursor), signal);
    return { items: value.dead_letters, next: value.next_cursor };
  }, [filters]);
  const { items, ...rest } = usePages<DeadLetter>(fetchPage, deadLetterLimit);
  return { letters: items, ...rest };
}
