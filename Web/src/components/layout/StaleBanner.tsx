import { formatAge, formatClock } from '../../format/time';
import { useAppState, useReload } from '../../hooks/useAppState';
import { useNow } from '../../hooks/useNow';
import { Icon } from '../common/Icon';

/** A short interruption, a restart say, is not worth a word. */
const patienceMilliseconds = 3_000;

/** Whether the live connection has been lost for long enough to be said. */
export function useConnectionLost(): boolean {
  const now = useNow();
  const link = useAppState((state) => state.link);
  return link.phase === 'reconnecting' && now - link.since >= patienceMilliseconds;
}

/** Says plainly that the page is not live, and from when its figures are. */
export function StaleBanner() {
  const now = useNow();
  const reload = useReload();
  const since = useAppState((state) => state.link.since);
  const dataAt = useAppState((state) => state.totals.at);
  const failing = useAppState((state) => state.totals.problem !== null || state.system.problem !== null);
  const polled = !failing && dataAt !== null && dataAt > since && now - dataAt < 8_000;
  return (
    <div className="banner banner-warn">
      <Icon name="warning" />
      <p className="banner-text">
        <strong>The live connection is lost. Reconnecting…</strong>{' '}
        {polled
          ? 'Meanwhile the figures are fetched every few seconds.'
          : dataAt !== null && `Figures are from ${formatClock(dataAt)}, ${formatAge(now - dataAt)} ago.`}
      </p>
      <button type="button" className="button button-small" onClick={reload}>Try now</button>
    </div>
  );
}
