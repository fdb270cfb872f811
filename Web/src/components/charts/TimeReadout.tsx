import { formatMoney } from '../../format/money';
import { formatCount, plural } from '../../format/number';
import { formatMinute } from '../../format/time';
import type { SeriesPoint } from '../../state/series';

interface TimeReadoutProps {
  point: SeriesPoint | undefined;
  currency: string;
  inProgress: boolean;
}

/** The figures of one minute: the one pointed at, else the one in progress. Always in the same place. */
export function TimeReadout({ point, currency, inProgress }: TimeReadoutProps) {
  if (point === undefined) return null;
  return (
    <dl className="readout">
      <div className="readout-time">
        <dt className="sr-only">Minute</dt>
        <dd>{formatMinute(point.start)}{inProgress && <span className="readout-hint"> in progress</span>}</dd>
      </div>
      <Figure name="Sales" value={formatMoney(point.sales[currency] ?? 0, currency)} />
      <Figure name="Orders" value={formatCount(point.orders)} />
      <Figure name="Paid" value={formatCount(point.paid)} />
      <Figure name="Declined" value={formatCount(point.declined)} />
      <Figure name="Flagged" value={formatCount(point.flagged)} />
    </dl>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div className="readout-figure">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** The same in a sentence, for the slider's value. */
export function readoutText(point: SeriesPoint | undefined, currency: string): string {
  if (point === undefined) return '';
  return `${formatMinute(point.start)}: ${plural(point.orders, 'order')}, sales ${formatMoney(point.sales[currency] ?? 0, currency)}, `
    + `${formatCount(point.declined)} declined, ${formatCount(point.flagged)} flagged`;
}
