import { useState } from 'react';
import { rankCurrencies } from '../../state/currencies';
import { useAppState, useReload } from '../../hooks/useAppState';
import { useStale } from '../../hooks/useStale';
import { ProblemNote } from '../common/Notes';
import { CurrencyTable } from './CurrencyTable';
import { FraudKpi } from './FraudKpi';
import { OrdersKpi } from './OrdersKpi';
import { PaymentsKpi } from './PaymentsKpi';
import { RateKpi } from './RateKpi';
import { SalesKpi } from './SalesKpi';

/** The figures of the whole installation, all time. */
export function KpiStrip() {
  const totals = useAppState((state) => state.totals);
  const stale = useStale();
  const reload = useReload();
  const [expanded, setExpanded] = useState(false);
  const value = totals.value;

  if (value === null && totals.problem !== null) {
    return (
      <section className="panel kpi-failed" aria-label="Key figures">
        <ProblemNote problem={totals.problem} what="Figures" onRetry={reload} />
      </section>
    );
  }
  const currencies = rankCurrencies(value?.currencies ?? []);
  return (
    <section className={`panel kpis ${stale ? 'is-stale' : ''}`} aria-label="Key figures" aria-busy={value === null}>
      <div className="kpi-row">
        <OrdersKpi totals={value} />
        <RateKpi />
        <SalesKpi
          currencies={value === null ? null : currencies} expanded={expanded}
          onToggle={() => setExpanded(!expanded)}
        />
        <PaymentsKpi totals={value} />
        <FraudKpi totals={value} />
      </div>
      {expanded && <CurrencyTable currencies={currencies} />}
    </section>
  );
}
