import { useState } from 'react';
import { isFiltering, noFilters, type Filters } from '../../state/filters';
import { Icon } from '../common/Icon';
import { Panel } from '../common/Panel';
import { FeedNote } from './FeedNote';
import { FilterBar } from './FilterBar';
import { LiveFeed } from './LiveFeed';
import { OrderSearch } from './OrderSearch';
import { SearchResults } from './SearchResults';

interface FeedPanelProps {
  selected: string | null;
  onOpen: (id: number) => void;
  onSend: () => void;
}

/** The orders: live as they come, or those that match a search. */
export function FeedPanel({ selected, onOpen, onSend }: FeedPanelProps) {
  const [paused, setPaused] = useState(false);
  const [filters, setFilters] = useState<Filters>(noFilters);
  const [orderId, setOrderId] = useState('');
  const [filtersShown, setFiltersShown] = useState(false);
  const searching = orderId !== '' || isFiltering(filters);
  const backToLive = () => {
    setFilters(noFilters);
    setOrderId('');
  };

  return (
    <Panel
      title={searching ? 'Orders found' : 'Live orders'} className="area-feed"
      note={searching ? undefined : <FeedNote paused={paused} />}
      actions={
        <>
          <OrderSearch value={orderId} onSearch={setOrderId} />
          <button
            type="button" className="button button-small" aria-expanded={filtersShown} aria-controls="filters"
            onClick={() => setFiltersShown(!filtersShown)}
          >
            <Icon name="filter" /> Filter
          </button>
          {searching ? (
            <button type="button" className="button button-small" onClick={backToLive}>Back to live</button>
          ) : (
            <button
              type="button" className="button button-small pause-button" aria-pressed={paused}
              onClick={() => setPaused(!paused)}
            >
              <Icon name={paused ? 'play' : 'pause'} /> {paused ? 'Resume' : 'Pause'}
            </button>
          )}
        </>
      }
    >
      {filtersShown && <FilterBar filters={filters} onChange={setFilters} disabled={orderId !== ''} />}
      {searching ? (
        <SearchResults filters={filters} orderId={orderId} selected={selected} onOpen={onOpen} />
      ) : (
        <LiveFeed paused={paused} selected={selected} onOpen={onOpen} onSend={onSend} />
      )}
    </Panel>
  );
}
