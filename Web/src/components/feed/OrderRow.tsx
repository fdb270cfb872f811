import { memo } from 'react';
import { countryName, declineLabel, fraudLabel, paymentLabel, plainWords, statusTone } from '../../format/labels';
import { formatMoney } from '../../format/money';
import { formatFull, formatWhen } from '../../format/time';
import type { OrderView } from '../../wire/types';
import { Badge } from '../common/Badge';

interface OrderRowProps {
  order: OrderView;
  isNew: boolean;
  isSelected: boolean;
  /** Start of today, local ms: times of other days say which. */
  today: number;
  onOpen: (id: number) => void;
}

/** One order. Drawn again only when it changes. */
export const OrderRow = memo(function OrderRow({ order, isNew, isSelected, today, onOpen }: OrderRowProps) {
  const payment = paymentLabel(order);
  const reason = order.payment?.decline_reason;
  const flagged = order.fraud?.flagged === true;
  const open = () => onOpen(order.order_id);
  return (
    <tr
      role="row" className={`order-row ${isNew ? 'is-new' : ''} ${isSelected ? 'is-selected' : ''} ${flagged ? 'is-flagged' : ''}`}
      data-order={order.order_id} onClick={open}
    >
      <td role="cell" className="col-time">
        <time dateTime={order.created_at} title={formatFull(order.created_at)}>{formatWhen(order.created_at, today)}</time>
      </td>
      <td role="cell" className="col-id clip">
        <button
          type="button" className="row-link" aria-label={`Order ${order.order_id}, open details`}
          onClick={(event) => {
            event.stopPropagation();
            open();
          }}
        >
          {order.order_id}
        </button>
      </td>
      <td role="cell" className="col-customer muted clip">{order.customer_id}</td>
      <td role="cell" className="col-country clip" title={order.country}>{countryName(order.country)}</td>
      <td role="cell" className="col-amount num strong">{formatMoney(order.amount, order.currency)}</td>
      <td role="cell" className="col-status">
        <Badge key={order.status} tone={statusTone(order.status)}>{plainWords(order.status)}</Badge>
      </td>
      <td role="cell" className="col-payment" data-payment={order.payment?.status ?? 'NONE'}>
        <Badge key={payment.text} tone={payment.tone} title={reason && declineLabel(reason)}>{payment.text}</Badge>
        {reason !== undefined && <span className="row-reason">{declineLabel(reason)}</span>}
      </td>
      <td role="cell" className="col-fraud">
        {flagged
          ? <Badge tone="bad" title={fraudLabel(order.fraud.reason ?? '')}>Flagged</Badge>
          : <span className="faint" aria-label="not flagged">–</span>}
      </td>
    </tr>
  );
});
