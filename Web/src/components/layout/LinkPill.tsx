import { formatAge } from '../../format/time';
import { useAppState } from '../../hooks/useAppState';
import { useNow } from '../../hooks/useNow';
import { StateDot } from '../common/Badge';

/** How the page is connected, and how old what it shows is. */
export function LinkPill() {
  const now = useNow();
  const link = useAppState((state) => state.link);
  const dataAt = useAppState((state) => state.totals.at);
  const age = dataAt === null ? null : now - dataAt;

  if (link.phase === 'live') {
    return (
      <div className="pill" data-link="live">
        <StateDot tone="good">Live</StateDot>
        {age !== null && <span className="pill-note">{age < 3000 ? 'updated just now' : `updated ${formatAge(age)} ago`}</span>}
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
