import { formatAge, formatClock } from '../../format/time';
import { useAppState, useReload } from '../../hooks/useAppState';
import { useNow } from '../../hooks/useNow';
import { Icon } from '../common/Icon';

/** A short interruption, a restart say, is not worth moving the page for. */
const patienceMilliseconds = 3_000;

/** Says plainly that the page is not live, and from when its figures are. */
export function StaleBanner() {
  const now = useNow();
  const reload = useReload();
  const link = useAppState((state) => state.link);
  const dataAt = useAppState((state) => state.totals.at);
  if (link.phase !== 'reconnecting' || now - link.since < patienceMilliseconds) return null;

  const polled = dataAt !== null && dataAt > link.since && now - dataAt < 8_000;
  return (
    <div className="banner" role="status">
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
