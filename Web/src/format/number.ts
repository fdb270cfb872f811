/** Numbers in the reader's locale. Formatters are made once: making one costs more than using it a thousand times. */

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const short = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const percents = [0, 1, 2].map(
  (digits) =>
    new Intl.NumberFormat(undefined, {
      style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits,
    }),
);

export function formatCount(value: number): string {
  return whole.format(value);
}

/** 1.2K, 3.4M: for axes and side notes, where the exact number stands elsewhere. */
export function formatCompact(value: number): string {
  return short.format(value);
}

/** A rate per minute or second: a decimal while it is small enough to matter. */
export function formatRate(value: number): string {
  return value > 0 && value < 10 ? oneDecimal.format(value) : whole.format(value);
}

/** A share 0…1 with `digits` decimals; a dash when there is nothing to take a share of. */
export function formatShare(part: number, total: number, digits: 0 | 1 | 2 = 1): string {
  return total > 0 ? percents[digits]!.format(part / total) : '–';
}

/** `1 order`, `2 orders`. */
export function plural(count: number, singular: string, many = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : many}`;
}
