import { useState } from 'react';
import { plural } from '../../format/number';
import { formatClock } from '../../format/time';
import { useDeliveries } from '../../hooks/useDeliveries';
import type { DeliveryFilter } from '../../state/deliveries';
import { Icon } from '../common/Icon';
import { EmptyNote, ProblemNote, Skeleton } from '../common/Notes';
import { Segmented } from '../common/Segmented';
import { Sheet } from '../layout/Sheet';
import { DeliveryList } from './DeliveryList';

const filters = [
  { value: 'failed', label: 'Failed' },
  { value: 'pending', label: 'Waiting' },
  { value: 'delivered', label: 'Delivered' },
  { value: 'all', label: 'All' },
] as const;

/** What was posted to the endpoints of webhooks, and posting it again. */
export function WebhookSheet({ onClose, onOpen }: { onClose: () => void; onOpen: (order: number) => void }) {
  const [filter, setFilter] = useState<DeliveryFilter>('failed');
  const { deliveries, loading, problem, at, complete, wishes, refusal, redeliver, refresh } = useDeliveries(filter);

  return (
    <Sheet title="Webhook deliveries" subject="webhooks" onClose={onClose} wide>
      <p className="sheet-intro">
        Outcomes of orders on their way to your endpoints. An event that is posted again has the order as it stands now.
      </p>
      <div className="letters-filters">
        <Segmented label="State" choices={filters} value={filter} onChange={setFilter} />
      </div>
      {problem !== null && <ProblemNote problem={problem} what="Deliveries" onRetry={refresh} />}
      {refusal !== null && <ProblemNote problem={refusal} what="Not posted again" />}
      {deliveries === null && loading && <Skeleton lines={8} className="letters-skeleton" />}
      {deliveries !== null && (
        <p className="results-note letters-note" role="status">
          {plural(deliveries.length, 'delivery', 'deliveries')}{at !== null && `, as of ${formatClock(at)}`}
          <button type="button" className="link-button" onClick={refresh} disabled={loading}>
            <Icon name="refresh" /> Refresh
          </button>
        </p>
      )}
      {deliveries !== null && deliveries.length === 0 && <EmptyNote title={emptyTitles[filter]} />}
      {deliveries !== null && deliveries.length > 0 && (
        <DeliveryList deliveries={deliveries} wishes={wishes} onRedeliver={redeliver} onOpen={onOpen} />
      )}
      {deliveries !== null && !complete && <p className="muted letters-more">The latest are listed; there are older ones.</p>}
    </Sheet>
  );
}

const emptyTitles: Record<DeliveryFilter, string> = {
  failed: 'No delivery has failed',
  pending: 'No delivery waits',
  delivered: 'Nothing was delivered yet',
  all: 'Nothing was posted yet',
};
