import { memo } from 'react';
import type { FeedRow } from '../../state/feed';
import { OrderRow } from './OrderRow';

interface OrderTableProps {
  rows: FeedRow[];
  selected: string | null;
  now: number;
  onOpen: (id: number) => void;
}

/** Orders as rows of equal height. The roles are named because narrow screens lay the rows out as cards. */
export const OrderTable = memo(function OrderTable({ rows, selected, now, onOpen }: OrderTableProps) {
  const today = new Date(now).setHours(0, 0, 0, 0);
  return (
    <table className="table orders" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col" className="col-time">Time</th>
          <th role="columnheader" scope="col" className="col-id">Order</th>
          <th role="columnheader" scope="col" className="col-customer">Customer</th>
          <th role="columnheader" scope="col" className="col-country">Country</th>
          <th role="columnheader" scope="col" className="col-amount num">Amount</th>
          <th role="columnheader" scope="col" className="col-status">Status</th>
          <th role="columnheader" scope="col" className="col-payment">Payment</th>
          <th role="columnheader" scope="col" className="col-fraud">Fraud</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <OrderRow
            key={row.order.order_id} order={row.order} isNew={row.isNew} today={today}
            isSelected={selected === String(row.order.order_id)} onOpen={onOpen}
          />
        ))}
      </tbody>
    </table>
  );
});
