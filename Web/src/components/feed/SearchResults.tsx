import { useMemo } from 'react';
import { plural } from '../../format/number';
import { formatClock } from '../../format/time';
import { useNow } from '../../hooks/useNow';
import { useOrderSearch } from '../../hooks/useOrderSearch';
import { resultLimit, type Filters } from '../../state/filters';
import { Icon } from '../common/Icon';
import { EmptyNote, ProblemNote, Skeleton } from '../common/Notes';
import { OrderTable } from './OrderTable';

interface SearchResultsProps {
  filters: Filters;
  orderId: string;
  selected: string | null;
  onOpen: (id: number) => void;
}

/** The orders that match, as they were when asked: a result that stands still, with its time. */
export function SearchResults({ filters, orderId, selected, onOpen }: SearchResultsProps) {
  const { orders, loading, problem, cursor, at, refresh, more } = useOrderSearch(filters, orderId);
  const now = useNow(60_000);
  const rows = useMemo(() => (orders ?? []).map((order) => ({ order, isNew: false })), [orders]);
  const full = rows.length >= resultLimit;

  return (
    <>
      {problem !== null && (
        <>
          <ProblemNote problem={problem} what="Search" onRetry={refresh} />
          {problem.fields.length > 0 && (
            <ul className="field-list">
              {problem.fields.map((field) => <li key={field.field}><strong>{field.field}</strong> {field.detail}</li>)}
            </ul>
          )}
        </>
      )}
      {orders === null && loading && <Skeleton lines={10} />}
      {orders !== null && (
        <p className="results-note" role="status">
          {plural(rows.length, 'order')}{cursor !== null && !full && ' so far'}{at !== null && `, as of ${formatClock(at)}`}
          <button type="button" className="link-button" onClick={refresh} disabled={loading}>
            <Icon name="refresh" /> Refresh
          </button>
        </p>
      )}
      {orders !== null && rows.length === 0 && (
        <EmptyNote title={orderId !== '' ? `There is no order ${orderId}` : 'No order matches'}>
          <p>{orderId !== '' ? 'Check the id; an order just sent takes a moment to be stored.' : 'Widen the filters, or go back to live.'}</p>
        </EmptyNote>
      )}
      {rows.length > 0 && (
        <div className="scroll fill" tabIndex={0} role="region" aria-label="Orders found">
          <OrderTable rows={rows} selected={selected} now={now} onOpen={onOpen} />
          {cursor !== null && !full && (
            <button type="button" className="button more-button" onClick={more} disabled={loading}>
              {loading ? 'Loading…' : 'Show more'}
            </button>
          )}
          {full && <p className="results-end">The first {resultLimit} are shown. Narrow the filters to see others.</p>}
        </div>
      )}
    </>
  );
}
