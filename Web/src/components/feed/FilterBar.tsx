import { useEffect, useId, useState, type ReactNode } from 'react';
import { isFiltering, noFilters, type Filters } from '../../state/filters';

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

interface ChoiceProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}

function Choice({ label, value, onChange, children }: ChoiceProps) {
  const id = useId();
  return (
    <div className="filter">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="select" value={value} onChange={(event) => onChange(event.target.value)}>{children}</select>
    </div>
  );
}

interface TypedProps {
  label: string;
  hint: string;
  /** Longest sensible input; country and currency are applied once they have it. */
  length: number;
  value: string;
  onChange: (value: string) => void;
}

const typingPauseMilliseconds = 350;

function Typed({ label, hint, length, value, onChange }: TypedProps) {
  const id = useId();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const timer = setTimeout(() => onChange(text.trim()), typingPauseMilliseconds);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div className="filter">
      <label htmlFor={id}>{label}</label>
      <input
        id={id} className={length > 3 ? 'input' : 'input input-code'} value={text} maxLength={length} placeholder={hint}
        autoComplete="off" onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}
