import { formatAge } from '../../format/time';
import { useAppState } from '../../hooks/useAppState';
import { useNow } from '../../hooks/useNow';
import { useServerNow } from '../../hooks/useServerNow';
import { newestChange } from '../../state/feed';
import { StateDot } from '../common/Badge';
import { changeText } from './changeText';

/** How the page is connected, and how old the newest that it shows is: an answer that came just now may hold nothing new. */
export function LinkPill() {
  const now = useNow();
  const serverNow = useServerNow();
  const newest = useAppState((state) => newestChange(state.feed));
  const isLoaded = useAppState((state) => state.feed.loaded);
  const link = useAppState((state) => state.link);
  const dataAt = useAppState((state) => state.totals.at);
  const age = dataAt === null ? null : now - dataAt;

  if (link.phase === 'live') {
    return (
      <div className="pill" data-link="live">
        <StateDot tone="good">Live</StateDot>
        {isLoaded && <span className="pill-note">{changeText(newest, serverNow)}</span>}
      </div>
    );
  }
  return (
    <div className="pill pill-warn" data-link={link.phase}>
      <StateDot tone="warn">{link.phase === 'connecting' ? 'Connecting…' : 'Reconnecting…'}</StateDot>
      {age !== null && <span className="pill-note">data {formatAge(age)} old</span>}
    </div>
  );
}
