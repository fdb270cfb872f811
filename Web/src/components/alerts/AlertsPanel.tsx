import { countryName, fraudLabel } from '../../format/labels';
import { formatMoney } from '../../format/money';
import { formatFull, formatWhen } from '../../format/time';
import { useAppState, useReload } from '../../hooks/useAppState';
import { useNow } from '../../hooks/useNow';
import { EmptyNote, ProblemNote, Skeleton } from '../common/Notes';
import { NotRefreshed } from '../common/Refreshed';
import { Panel } from '../common/Panel';

/** The latest fraud alerts; one opens its order. */
export function AlertsPanel({ onOpen }: { onOpen: (id: number) => void }) {
  const alerts = useAppState((state) => state.alerts);
  const reload = useReload();
  const now = useNow(60_000);
  const list = alerts.value ?? [];

  return (
    <Panel
      title="Fraud alerts" className="area-alerts"
      note={alerts.problem === null ? list.length > 0 && 'newest first' : <NotRefreshed of={alerts} />}
    >
      {alerts.value === null && alerts.problem !== null && (
        <ProblemNote problem={alerts.problem} what="Alerts" onRetry={reload} />
      )}
      {alerts.value === null && alerts.problem === null && <Skeleton lines={5} />}
      {alerts.value !== null && list.length === 0 && <EmptyNote title="No order has been flagged" />}
      {list.length > 0 && (
        <div className="scroll fill" tabIndex={0} role="region" aria-label="Alerts">
          <ul className="alerts">
            {list.map((alert) => (
              <li key={alert.order_id}>
                <button type="button" className="alert" onClick={() => onOpen(alert.order_id)}>
                  <span className="alert-amount">{formatMoney(alert.amount, alert.currency)}</span>
                  <time className="alert-time" dateTime={alert.detected_at} title={formatFull(alert.detected_at)}>
                    {formatWhen(alert.detected_at, now)}
                  </time>
                  <span className="alert-reason">{fraudLabel(alert.reason)}</span>
                  <span className="alert-order">{countryName(alert.country)} · #{alert.order_id}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Panel>
  );
}
