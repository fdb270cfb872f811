import { formatMoney } from '../../format/money';
import { formatCount } from '../../format/number';
import { formatMinute } from '../../format/time';
import type { SeriesPoint } from '../../state/series';

/** The charts' figures as a table, latest minute first. */
export function MinuteTable({ points, currency }: { points: SeriesPoint[]; currency: string }) {
  return (
    <div className="scroll minute-table" tabIndex={0} role="region" aria-label="Figures of each minute">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Minute</th>
            <th scope="col" className="num">Sales, {currency}</th>
            <th scope="col" className="num">Orders</th>
            <th scope="col" className="num">Cancelled</th>
            <th scope="col" className="num">Paid</th>
            <th scope="col" className="num">Declined</th>
            <th scope="col" className="num">Flagged</th>
          </tr>
        </thead>
        <tbody>
          {[...points].reverse().map((point) => (
            <tr key={point.start}>
              <th scope="row">{formatMinute(point.start)}</th>
              <td className="num strong">{formatMoney(point.sales[currency] ?? 0, currency)}</td>
              <td className="num">{formatCount(point.orders)}</td>
              <td className="num">{formatCount(point.cancelled)}</td>
              <td className="num">{formatCount(point.paid)}</td>
              <td className="num">{formatCount(point.declined)}</td>
              <td className="num">{formatCount(point.flagged)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
