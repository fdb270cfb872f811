import { countryName, declineLabel, fraudLabel, paymentLabel, plainWords, statusTone } from '../../format/labels';
import { formatMoney } from '../../format/money';
import { formatFull } from '../../format/time';
import { useOrder } from '../../hooks/useOrder';
import type { OrderDetail } from '../../wire/types';
import { Badge } from '../common/Badge';
import { ProblemNote, Skeleton } from '../common/Notes';
import { Sheet } from '../layout/Sheet';
import { CopyButton } from './CopyButton';
import { Facts } from './Facts';
import { Trail } from './Trail';

/** One order: what it is, what became of it, and how it got there. */
export function OrderSheet({ id, onClose }: { id: string; onClose: () => void }) {
  const { order, reload } = useOrder(id);
  return (
    <Sheet
      title={<>Order {id} <CopyButton text={id} label="Copy the order id" /></>} subject={id} onClose={onClose}
    >
      {order.problem !== null && <ProblemNote problem={order.problem} what="Order" onRetry={reload} />}
      {order.value === null && order.problem === null && <Skeleton lines={9} />}
      {order.value !== null && <OrderBody order={order.value} />}
    </Sheet>
  );
}

function OrderBody({ order }: { order: OrderDetail }) {
  const payment = paymentLabel(order);
  const flagged = order.fraud?.flagged === true;
  return (
    <>
      <div className="order-head">
        <p className="order-amount">{formatMoney(order.amount, order.currency)}</p>
        <p className="order-badges">
          <Badge tone={statusTone(order.status)}>{plainWords(order.status)}</Badge>
          <Badge tone={payment.tone}>{payment.text}</Badge>
          {flagged && <Badge tone="bad">Flagged</Badge>}
          {order.conflicts !== undefined && <Badge tone="warn">Conflicting event</Badge>}
        </p>
      </div>

      <h3 className="sheet-section">What happened</h3>
      <Trail trail={order.trail ?? []} />

      <h3 className="sheet-section">Details</h3>
      <Facts
        facts={[
          ['Customer', String(order.customer_id)],
          ['Country', `${countryName(order.country)} (${order.country})`],
          ['Currency', order.currency],
          ['Placed', formatFull(order.created_at)],
          ['Payment', paymentText(order)],
          ...(order.refund_due === undefined ? [] : [['Refund due', formatMoney(order.refund_due.amount, order.refund_due.currency)] as [string, string]]),
          ['Fraud check', flagged ? fraudLabel(order.fraud.reason ?? '') : 'Not flagged'],
          ['Last change', formatFull(order.updated_at)],
          ['Revision', String(order.revision)],
        ]}
      />

      <details className="raw">
        <summary>As JSON</summary>
        <pre className="code" tabIndex={0}>{JSON.stringify(order, null, 2)}</pre>
      </details>
    </>
  );
}

function paymentText(order: OrderDetail): string {
  const { payment } = order;
  const label = paymentLabel(order).text;
  if (payment === null) return label;
  const amount = payment.amount === undefined ? '' : ` ${formatMoney(payment.amount, payment.currency ?? order.currency)}`;
  return payment.decline_reason === undefined ? label + amount : `${label}${amount}: ${declineLabel(payment.decline_reason).toLowerCase()}`;
}
