import { serviceLabel } from '../../format/labels';
import { formatCount } from '../../format/number';
import type { DeadLetterCounts } from '../../wire/health';
import { deadLetterText, openRecords } from './summary';

/** Why the count may not be the count. */
const notes: Record<string, string> = { starting: 'being read', behind: 'as last read' };

/** How many dead letters wait, and where; leads to their list. */
export function DeadLetterRow({ counts, onOpen }: { counts: DeadLetterCounts; onOpen: () => void }) {
  const waiting = counts.topics.filter((place) => place.open > 0).sort((left, right) => right.open - left.open);
  const where = waiting.map((place) => `${place.topic} · ${place.group}: ${formatCount(place.open)}`);
  const who = [...new Set(waiting.map((place) => serviceLabel(place.group.replace(/-group$/, ''))))];
  const note = counts.status === undefined ? undefined : notes[counts.status];
  return (
    <tr data-part="dead_letters">
      <th scope="row">Dead letters</th>
      <td className="muted clip" title={where.join('\n')}>{note ?? (who.join(', ') || 'none waits')}</td>
      <td className="status-cell">
        <button type="button" title={note ?? deadLetterText(counts)} className={`link-button ${counts.open > 0 ? 'warn-text strong' : ''}`} onClick={onOpen}>
          {counts.status === 'starting' ? '–' : formatCount(openRecords(counts))} open<span className="sr-only">, show them</span>
        </button>
      </td>
    </tr>
  );
}
