import type { CurrencyTotals } from '../wire/types';

/**
 * Currencies by importance. Amounts of different currencies can't be compared without a rate
 * (1,000 JPY is less than 100 USD), so the number of orders decides, then the code.
 */
export function rankCurrencies(currencies: CurrencyTotals[]): CurrencyTotals[] {
  return [...currencies].sort(
    (left, right) => right.orders - left.orders || left.currency.localeCompare(right.currency),
  );
}
