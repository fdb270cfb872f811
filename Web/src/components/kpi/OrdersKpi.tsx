import { formatCount } from '../../format/number';
import type { Totals } from '../../wire/types';
import { Kpi } from './Kpi';

export function OrdersKpi({ totals }: { totals: Totals | null }) {
  return (
    <Kpi
      name="orders" label="Total orders" raw={totals?.orders}
      value={totals === null ? null : formatCount(totals.orders)}
    >
      {totals !== null && (
        <>
          <span>{formatCount(totals.cancelled)} cancelled</span>
          {totals.late > 0 && (
            <span title="Orders whose minute had already closed when they came; they are counted">
              {formatCount(totals.late)} late
            </span>
          )}
        </>
      )}
    </Kpi>
  );
}
