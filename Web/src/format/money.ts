/** Money in the reader's locale, with the currency's own number of decimals. */

type Style = 'exact' | 'compact';

const formatters = new Map<string, Intl.NumberFormat | null>();

function formatter(currency: string, style: Style): Intl.NumberFormat | null {
  const key = style + currency;
  const known = formatters.get(key);
  if (known !== undefined) return known;
  let made: Intl.NumberFormat | null = null;
  try {
    made = new Intl.NumberFormat(undefined, {
      style: 'currency',
      currency,
      ...(style === 'compact' ? { notation: 'compact', maximumFractionDigits: 1, minimumFractionDigits: 0 } : {}),
    });
  } catch {
    made = null; // not three letters: shown as it came
  }
  formatters.set(key, made);
  return made;
}

/** Beyond it a number here no longer holds every digit that the server sent. */
const exactLimit = 9e15;

/** 249.99 USD as $249.99; 5000 JPY as ¥5,000. A sum too large to be exact here is shown rounded, and says so. */
export function formatMoney(amount: number, currency: string): string {
  const digits = formatter(currency, 'exact')?.resolvedOptions().maximumFractionDigits ?? 2;
  if (Math.abs(amount) * 10 ** digits > exactLimit) return `≈ ${formatMoneyCompact(amount, currency)}`;
  return formatter(currency, 'exact')?.format(amount) ?? `${amount} ${currency}`;
}

/** $1.2M: for axes and side notes. */
export function formatMoneyCompact(amount: number, currency: string): string {
  return formatter(currency, 'compact')?.format(amount) ?? `${amount} ${currency}`;
}
