import { useEffect, useState } from 'react';
import { plural } from '../../format/number';
import { formatClock } from '../../format/time';
import { useAppState } from '../../hooks/useAppState';
import { useDeadLetters } from '../../hooks/useDeadLetters';
import { deadLetterLimit, openDeadLetters } from '../../state/deadLetters';
import { Icon } from '../common/Icon';
import { EmptyNote, ProblemNote, Skeleton } from '../common/Notes';
import { Sheet } from '../layout/Sheet';
import { DeadLetterFilterBar } from './DeadLetterFilterBar';
import { DeadLetterList } from './DeadLetterList';

/** Records that a service could not process: what they are, why, and how to decide on them. It changes nothing itself. */
export function DeadLetterSheet({ onClose }: { onClose: () => void }) {
  const [filters, setFilters] = useState(openDeadLetters);
  const view = useAppState((state) => state.system.value);
  const { letters, complete, loading, problem, cursor, at, refresh, more } = useDeadLetters(filters);
  const count = view?.dead_letters?.open;
  const [countThen, setCountThen] = useState(count);
  // The count that the list goes with: a later one is compared with it.
  const isCounted = count !== undefined;
  useEffect(() => setCountThen(count), [at, isCounted]); // oxlint-disable-line react-hooks/exhaustive-deps
  const full = (letters?.length ?? 0) >= deadLetterLimit;
  const narrowed = filters.topic !== '' || filters.group !== '' || filters.code !== '';

  return (
    <Sheet title="Dead letters" subject="dead-letters" onClose={onClose} wide>
      <p className="sheet-intro">
        Records that a service could not process, kept as they were. Decide on each with the command it shows.
      </p>
      <DeadLetterFilterBar filters={filters} onChange={setFilters} view={view} />
      {problem !== null && problem.status === 404 && <EmptyNote title="This server does not list dead letters" />}
      {problem !== null && problem.status !== 404 && <ProblemNote problem={problem} what="Dead letters" onRetry={refresh} />}
      {letters === null && loading && <Skeleton lines={8} className="letters-skeleton" />}
      {letters !== null && (
        <p className="results-note letters-note" role="status">
          {plural(letters.length, 'dead letter')}{cursor !== null && !full && ' so far'}{at !== null && `, as of ${formatClock(at)}`}
          <button type="button" className="link-button" onClick={refresh} disabled={loading}>
            <Icon name="refresh" /> Refresh
          </button>
          {at !== null && countThen !== undefined && count !== countThen && <span className="warn-text">The count has changed since.</span>}
        </p>
      )}
      {letters !== null && letters.length === 0 && (
        <EmptyNote title={emptyTitle(filters.state, narrowed)}>
          {filters.state === 'open' && !narrowed && <p>Every record was processed, or has been decided on.</p>}
        </EmptyNote>
      )}
      {letters !== null && letters.length > 0 && <DeadLetterList letters={letters} bootstrap={view?.broker.bootstrap} showState={filters.state === 'all'} />}
      {letters !== null && cursor !== null && !full && (
        <button type="button" className="button letters-more" onClick={more} disabled={loading}>
          {loading ? 'Loading…' : 'Show more'}
        </button>
      )}
      {letters !== null && cursor === null && !complete && (
        <p className="muted letters-more">The newest are listed. Older ones: <code>orders dlq list</code></p>
      )}
      {full && <p className="muted letters-more">The first {deadLetterLimit} are shown. Narrow the filters to see others.</p>}
    </Sheet>
  );
}

function emptyTitle(state: string, narrowed: boolean): string {
  if (narrowed) return 'No dead letter matches';
  return state === 'all' ? 'There are no dead letters' : `No dead letter is ${state}`;
}
