import { formatClock } from '../../format/time';
import { useAppState } from '../../hooks/useAppState';
import { useNow } from '../../hooks/useNow';
import { useServerNow } from '../../hooks/useServerNow';
import { reconcilerText } from '../system/reconciler';
import { deadLetterText, isCurrent } from '../system/summary';

/** What there is to know when nothing is wrong: what the reconciler has checked, and dead letters that wait. */
export function QuietLine({ onDeadLetters }: { onDeadLetters: () => void }) {
  const now = useNow();
  const serverNow = useServerNow();
  const system = useAppState((state) => state.system);
  const view = system.value;
  const reconciler = view?.reconciler === undefined ? null : reconcilerText(view.reconciler, serverNow);
  const open = view?.dead_letters?.open ?? 0;
  const current = isCurrent(system, now);
  return (
    <div className={`quiet-line ${open > 0 ? 'has-link' : ''}`}>
      {reconciler !== null && (
        <p className={`quiet-text quiet-${current ? reconciler.tone : 'quiet'}`} data-reconciler={view?.reconciler?.status}>
          <span className="state-dot" aria-hidden="true" />
          Reconciler: {reconciler.line}<span className="quiet-through">{reconciler.through}</span>
          {!current && <span className="warn-text">, as of {formatClock(system.at ?? 0)}</span>}
        </p>
      )}
      {open > 0 && (
        <button type="button" className="link-button quiet-link" onClick={onDeadLetters}>{deadLetterText(view!.dead_letters!)}</button>
      )}
    </div>
  );
}
