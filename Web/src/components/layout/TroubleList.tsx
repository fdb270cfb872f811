import type { Trouble } from '../../state/troubles';
import { StateDot } from '../common/Badge';
import { troubleTimes, troubleTitle } from '../system/troubleText';

/** Everything that is wrong, in full. */
export function TroubleList({ troubles, now, onDeadLetters }: { troubles: Trouble[]; now: number; onDeadLetters: () => void }) {
  return (
    <ul className="trouble-list">
      {troubles.map((trouble) => (
        <li key={`${trouble.part} ${trouble.detail}`} className="trouble-item">
          <p className="trouble-head">
            <StateDot tone={trouble.tone}><strong>{troubleTitle(trouble)}</strong></StateDot>
            {trouble.code !== null && <code className="trouble-code">{trouble.code}</code>}
          </p>
          {trouble.detail !== '' && <p className="trouble-detail">{trouble.detail}</p>}
          <p className="trouble-times">{troubleTimes(trouble, now).join(' · ')}</p>
          {trouble.part === 'dead_letters' && (
            <button type="button" className="link-button" onClick={onDeadLetters}>Show the dead letters</button>
          )}
        </li>
      ))}
    </ul>
  );
}
