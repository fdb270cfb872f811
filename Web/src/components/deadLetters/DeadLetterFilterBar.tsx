import { deadLetterPlaces, type DeadLetterFilters } from '../../state/deadLetters';
import type { SystemView } from '../../wire/types';
import { Choice, Typed } from '../common/FilterFields';
import { Segmented } from '../common/Segmented';

interface DeadLetterFilterBarProps {
  filters: DeadLetterFilters;
  onChange: (filters: DeadLetterFilters) => void;
  view: SystemView | null;
}

const states = [
  { value: 'open', label: 'Open' },
  { value: 'replayed', label: 'Replayed' },
  { value: 'discarded', label: 'Discarded' },
  { value: 'all', label: 'All' },
] as const;

/** What the list is narrowed to; applied as it is changed. */
export function DeadLetterFilterBar({ filters, onChange, view }: DeadLetterFilterBarProps) {
  const { topics, groups } = deadLetterPlaces(view);
  return (
    <fieldset className="filters letters-filters">
      <legend className="sr-only">Filters</legend>
      <Segmented label="State" choices={states} value={filters.state} onChange={(state) => onChange({ ...filters, state })} />
      <Choice label="Topic" value={filters.topic} onChange={(topic) => onChange({ ...filters, topic })}>
        <Options values={topics} />
      </Choice>
      <Choice label="Group" value={filters.group} onChange={(group) => onChange({ ...filters, group })}>
        <Options values={groups} />
      </Choice>
      <Typed label="Code" hint="any" length={64} value={filters.code} onChange={(code) => onChange({ ...filters, code })} />
    </fieldset>
  );
}

function Options({ values }: { values: string[] }) {
  return (
    <>
      <option value="">Any</option>
      {values.map((value) => <option key={value} value={value}>{value}</option>)}
    </>
  );
}
