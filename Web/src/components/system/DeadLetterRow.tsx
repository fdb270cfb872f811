import { serviceLabel } from '../../format/labels';
import { formatCount } from '../../format/number';
import type { DeadLetterCounts } from '../../wire/health';

/** How many dead letters wait, and where; leads to their list. */
export function DeadLetterRow({ counts, onOpen }: { counts: DeadLetterCounts; onOpen: () => void }) {
  const waiting = counts.topics.filter((place) => place.open > 0).sort((left, right) => right.open - left.open);
  const where = waiting.map((place) => `${place.topic} · ${place.group}: ${formatCount(place.open)}`);
  const who = [...new Set(waiting.map((place) => serviceLabel(place.group.replace(/-group$/, ''))))];
  return (
    <tr data-part="dead_letters">
      <th scope="row">Dead letters</th>
      <td className="muted clip" title={where.join('\n')}>{who.join(', ') || 'none waits'}</td>
      <td className="status-cell">
        <button type="button" className={`link-button ${counts.open > 0 ? 'warn-text strong' : ''}`} onClick={onOpen}>
          {formatCount(counts.open)} open<span className="sr-only">, show them</span>
        </button>
      </td>
    </tr>
  );
}
