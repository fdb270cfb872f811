import { formatMoney } from '../../format/money';
import { formatCount, formatShare } from '../../format/number';
import type { CurrencyTotals } from '../../wire/types';

/** Every currency by number of orders: amounts of different currencies can't be compared. */
export function CurrencyTable({ currencies }: { currencies: CurrencyTotals[] }) {
  return (
    <div className="currencies" id="currencies">
      <table className="table">
        <caption className="sr-only">Sales by currency, most orders first</caption>
        <thead>
          <tr>
            <th scope="col">Currency</th>
            <th scope="col" className="num">Orders</th>
            <th scope="col" className="num" title="Orders that are not cancelled">Sales</th>
            <th scope="col" className="num" title="All payments that were taken">Paid</th>
            <th scope="col" className="num" title="Paid, and cancelled afterwards: owed back">Refund due</th>
            <th scope="col" className="num">Declined</th>
            <th scope="col" className="num">Declined, share</th>
            <th scope="col" className="num">Flagged</th>
          </tr>
        </thead>
        <tbody>
          {currencies.map((entry) => (
            <tr key={entry.currency}>
              <th scope="row">{entry.currency}</th>
              <td className="num">{formatCount(entry.orders)}</td>
              <td className="num strong">{formatMoney(entry.sales, entry.currency)}</td>
              <td className="num">{formatMoney(entry.paid, entry.currency)}</td>
              <td className="num">{formatMoney(entry.refund_due, entry.currency)}</td>
              <td className="num">{formatMoney(entry.declined, entry.currency)}</td>
              <td className="num">{formatShare(entry.declined, entry.paid + entry.declined)}</td>
              <td className="num">{formatMoney(entry.flagged, entry.currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
