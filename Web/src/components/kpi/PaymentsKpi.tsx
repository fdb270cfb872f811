import { formatCount, formatShare } from '../../format/number';
import type { Totals } from '../../wire/types';
import { Kpi } from './Kpi';

/** How many payments went through. */
export function PaymentsKpi({ totals }: { totals: Totals | null }) {
  if (totals === null) return <Kpi name="payments" label="Payments paid" value={null} />;
  const { paid, declined, refund_due: refundDue } = totals.payments;
  const attempts = paid + declined;
  return (
    <Kpi name="payments" label="Payments paid" value={formatCount(paid)} raw={paid}
      unit={attempts > 0 ? formatShare(paid, attempts) : undefined}>
      {attempts > 0 && (
        <span className="split" aria-hidden="true">
          <span className="split-good" style={{ flexGrow: paid }} />
          <span className="split-bad" style={{ flexGrow: declined }} />
        </span>
      )}
      <span data-kpi="declined" data-value={declined}>
        {formatCount(declined)} declined{attempts > 0 && ` (${formatShare(declined, attempts)})`}
      </span>
      {refundDue > 0 && (
        <span className="refund-due" data-kpi="refund-due" data-value={refundDue} title="Paid, and cancelled afterwards: the money is owed back">
          {formatCount(refundDue)} to refund
        </span>
      )}
    </Kpi>
  );
}
