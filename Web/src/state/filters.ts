/** What the order list is narrowed to. Empty strings and null mean any. */
export interface Filters {
  status: string;
  payment: string;
  country: string;
  currency: string;
  customer: string;
  flagged: boolean | null;
}

export const noFilters: Filters = { status: '', payment: '', country: '', currency: '', customer: '', flagged: null };

export const pageSize = 50;
/** Results kept on the page; beyond it the reader is asked to narrow the search. */
export const resultLimit = 500;

export function isFiltering(filters: Filters): boolean {
  return Object.entries(filters).some(([, value]) => value !== '' && value !== null);
}

/** The query of GET /api/orders. */
export function filterQuery(filters: Filters, cursor: string | null): URLSearchParams {
  const query = new URLSearchParams();
  const put = (name: string, value: string) => {
    if (value !== '') query.set(name, value);
  };
  put('status', filters.status);
  put('country', filters.country.trim().toUpperCase());
  put('currency', filters.currency.trim().toUpperCase());
  put('payment', filters.payment);
  if (filters.flagged !== null) query.set('flagged', String(filters.flagged));
  put('customer_id', filters.customer.trim());
  query.set('limit', String(pageSize));
  if (cursor !== null) query.set('cursor', cursor);
  return query;
}
