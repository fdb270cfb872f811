import { formatMoney, formatMoneyCompact } from '../../format/money';
import type { CurrencyTotals } from '../../wire/types';
import { Icon } from '../common/Icon';
import { Kpi } from './Kpi';

interface SalesKpiProps {
  currencies: CurrencyTotals[] | null;
  expanded: boolean;
  onToggle: () => void;
}

/** Sales of the leading currency; those of the next in short, all of them in the table that opens below. */
export function SalesKpi({ currencies, expanded, onToggle }: SalesKpiProps) {
  if (currencies === null) return <Kpi name="sales" label="Sales" value={null} />;
  const [first, ...rest] = currencies;
  if (first === undefined) {
    return <Kpi name="sales" label="Sales" value="–"><span>No sales yet</span></Kpi>;
  }
  return (
    <Kpi name="sales" label={`Sales in ${first.currency}`} value={formatMoney(first.sales, first.currency)} raw={first.sales}>
      {rest.slice(0, 2).map((entry) => (
        <span key={entry.currency} className="sales-next">{formatMoneyCompact(entry.sales, entry.currency)}</span>
      ))}
      <button
        type="button" className="link-button" aria-expanded={expanded} aria-controls="currencies" onClick={onToggle}
      >
        {expanded ? 'Hide currencies' : `All ${currencies.length} currencies`}
        <span className={`chevron ${expanded ? 'is-open' : ''}`}><Icon name="chevronDown" /></span>
      </button>
    </Kpi>
  );
}
