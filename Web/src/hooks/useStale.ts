import { useAppState } from './useAppState';
import { useNow } from './useNow';

/** Nothing heard of the server for this long: the figures may be wrong by now, ms. */
export const staleAfterMilliseconds = 15_000;

/** Whether the figures on the page must be marked as old. */
export function useStale(): boolean {
  const now = useNow();
  const link = useAppState((state) => state.link);
  const hasFigures = useAppState((state) => state.totals.value !== null);
  if (!hasFigures) return false;
  return now - link.heardAt > staleAfterMilliseconds || (link.phase === 'reconnecting' && now - link.heardAt > 8000);
}
