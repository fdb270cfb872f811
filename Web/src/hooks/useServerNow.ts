import { useAppState } from './useAppState';
import { useNow } from './useNow';

/** The server's time, for ages of what it dates, drawn again every second. */
export function useServerNow(): number {
  const offset = useAppState((state) => state.clockOffset);
  return useNow() + offset;
}
