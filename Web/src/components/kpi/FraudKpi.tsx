import { formatCount, formatShare } from '../../format/number';
import type { Totals } from '../../wire/types';
import { Kpi } from './Kpi';

export function FraudKpi({ totals }: { totals: Totals | null }) {
  if (totals === null) return <Kpi name="alerts" label="Fraud alerts" value={null} />;
  const { alerts } = totals.fraud;
  return (
    <Kpi name="alerts" label="Fraud alerts" value={formatCount(alerts)} raw={alerts} tone={alerts > 0 ? 'bad' : 'plain'}>
      <span>{totals.orders > 0 ? `${formatShare(alerts, totals.orders, 2)} of orders` : 'No orders yet'}</span>
    </Kpi>
  );
}
