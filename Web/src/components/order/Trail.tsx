import { detailLabel, trailLabel, type Tone } from '../../format/labels';
import { formatClock, formatFull, formatStep } from '../../format/time';
import type { TrailEntry } from '../../wire/types';

/** An order's events in time, each with what it took since the one before. */
export function Trail({ trail }: { trail: TrailEntry[] }) {
  if (trail.length === 0) return <p className="muted">No events are recorded.</p>;
  return (
    <ol className="trail">
      {trail.map((entry, index) => {
        const before = trail[index - 1];
        const step = before === undefined ? '' : formatStep(Date.parse(entry.at) - Date.parse(before.at));
        return (
          <li key={`${entry.event}${entry.at}`} className={`trail-step trail-${toneOf(entry.event)}`}>
            <span className="trail-event">{trailLabel(entry.event)}</span>
            <span className="trail-gap">{step}</span>
            <time className="trail-time" dateTime={entry.at} title={formatFull(entry.at)}>
              {formatClock(Date.parse(entry.at))}
            </time>
            {entry.detail !== undefined && <span className="trail-detail">{detailLabel(entry.detail)}</span>}
          </li>
        );
      })}
    </ol>
  );
}

function toneOf(event: string): Tone {
  if (event === 'PAYMENT_PAID') return 'good';
  if (event === 'PAYMENT_DECLINED' || event === 'FRAUD_FLAGGED') return 'bad';
  return event === 'ORDER_CANCELLED' || event === 'ORDER_CONFLICT' ? 'warn' : 'accent';
}
