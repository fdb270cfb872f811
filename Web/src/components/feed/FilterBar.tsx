import { isFiltering, noFilters, type Filters } from '../../state/filters';
import { Choice, Typed } from '../common/FilterFields';

interface FilterBarProps {
  filters: Filters;
  onChange: (filters: Filters) => void;
  /** A search by id is one order: filters have nothing to narrow. */
  disabled: boolean;
}

const flaggedChoices: Record<string, boolean | null> = { any: null, yes: true, no: false };

/** What the list is narrowed to; applied as it is changed. */
export function FilterBar({ filters, onChange, disabled }: FilterBarProps) {
  const flagged = filters.flagged === null ? 'any' : filters.flagged ? 'yes' : 'no';
  return (
    <fieldset className="filters" id="filters" disabled={disabled}>
      <legend className="sr-only">Filters</legend>
      <Choice label="Status" value={filters.status} onChange={(status) => onChange({ ...filters, status })}>
        <option value="">Any</option>
        <option value="CREATED">Created</option>
        <option value="CONFIRMED">Confirmed</option>
        <option value="CANCELLED">Cancelled</option>
      </Choice>
      <Choice label="Payment" value={filters.payment} onChange={(payment) => onChange({ ...filters, payment })}>
        <option value="">Any</option>
        <option value="paid">Paid</option>
        <option value="declined">Declined</option>
        <option value="none">None yet</option>
        <option value="refund_due">Refund due</option>
      </Choice>
      <Choice
        label="Fraud" value={flagged}
        onChange={(choice) => onChange({ ...filters, flagged: flaggedChoices[choice] ?? null })}
      >
        <option value="any">Any</option>
        <option value="yes">Flagged</option>
        <option value="no">Not flagged</option>
      </Choice>
      <Typed label="Country" hint="US" length={2} value={filters.country} onChange={(country) => onChange({ ...filters, country })} />
      <Typed label="Currency" hint="USD" length={3} value={filters.currency} onChange={(currency) => onChange({ ...filters, currency })} />
      <Typed label="Customer" hint="id" length={16} value={filters.customer} onChange={(customer) => onChange({ ...filters, customer })} />
      <button
        type="button" className="link-button filters-clear" disabled={!isFiltering(filters)}
        onClick={() => onChange(noFilters)}
      >
        Clear
      </button>
    </fieldset>
  );
}
