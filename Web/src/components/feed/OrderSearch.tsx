import { useEffect, useState, type FormEvent } from 'react';
import { Icon } from '../common/Icon';

/** Finds one order by its id. */
export function OrderSearch({ value, onSearch }: { value: string; onSearch: (id: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSearch(text.trim().replace(/^#/, ''));
  };
  return (
    <form className="search" role="search" onSubmit={submit}>
      <Icon name="search" />
      <input
        type="search" inputMode="numeric" placeholder="Order id" aria-label="Find an order by its id"
        value={text} autoComplete="off"
        onChange={(event) => {
          setText(event.target.value);
          if (event.target.value === '') onSearch('');
        }}
      />
    </form>
  );
}
