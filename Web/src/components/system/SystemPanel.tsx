import { formatAge, formatClock } from '../../format/time';
import { formatCount } from '../../format/number';
import { plainWords } from '../../format/labels';
import { useAppState, useReload } from '../../hooks/useAppState';
import { useNow } from '../../hooks/useNow';
import { useServerNow } from '../../hooks/useServerNow';
import { StateDot } from '../common/Badge';
import { ProblemNote, Skeleton } from '../common/Notes';
import { Panel } from '../common/Panel';
import { DeadLetterRow } from './DeadLetterRow';
import { ReconcilerRows } from './ReconcilerRows';
import { ServiceTable } from './ServiceTable';
import { isCurrent, statusTone } from './summary';
import { TopicTable } from './TopicTable';
import { WebhookRow } from './WebhookRow';

/** What runs and how it does, as the server said last; an old answer is marked as such. */
export function SystemPanel({ onDeadLetters, onWebhooks }: { onDeadLetters: () => void; onWebhooks: () => void }) {
  const system = useAppState((state) => state.system);
  const reload = useReload();
  const now = useNow();
  const serverNow = useServerNow();
  const view = system.value;
  const current = isCurrent(system, now);
  const tone = (status: string) => (current ? statusTone(status) : 'quiet');

  return (
    <Panel
      title="System" id="system" className={`area-system ${view !== null && !current ? 'is-stale' : ''}`}
      note={view !== null && (current
        ? `v${view.version} · up ${formatAge(view.uptime_seconds * 1000)}`
        : <span className="warn-text">as of {formatClock(system.at ?? 0)}, {formatAge(now - (system.at ?? 0))} ago</span>)}
    >
      <div className="scroll fill" tabIndex={-1} role="region" aria-label="System status">
        {system.problem !== null && <ProblemNote problem={system.problem} what="System status" onRetry={reload} />}
        {view === null && system.problem === null && <Skeleton lines={8} />}
        {view !== null && (
          <>
            <table className="table system-parts">
              <caption className="sr-only">Broker, store and what watches over them</caption>
              <tbody>
                <tr>
                  <th scope="row">Broker</th>
                  <td className="muted clip" title={view.broker.detail}>{view.broker.detail ?? view.broker.bootstrap ?? ''}</td>
                  <td className="status-cell"><StateDot tone={tone(view.broker.status)}>{statusText(view.broker.status)}</StateDot></td>
                </tr>
                <tr>
                  <th scope="row">Store</th>
                  <td className="muted clip" title={view.store.detail}>
                    {view.store.detail ?? [view.store.kind, view.store.orders === undefined ? null : `${formatCount(view.store.orders)} orders`].filter(Boolean).join(' · ')}
                  </td>
                  <td className="status-cell"><StateDot tone={tone(view.store.status)}>{statusText(view.store.status)}</StateDot></td>
                </tr>
                {view.reconciler !== undefined && <ReconcilerRows view={view.reconciler} current={current} now={serverNow} />}
                {view.services.some((service) => service.name === 'webhooks') && <WebhookRow onOpen={onWebhooks} />}
                {view.dead_letters !== undefined && <DeadLetterRow counts={view.dead_letters} onOpen={onDeadLetters} />}
              </tbody>
            </table>
            <ServiceTable services={view.services} current={current} now={serverNow} />
            <TopicTable topics={view.topics} deadLetters={view.dead_letters} />
          </>
        )}
      </div>
    </Panel>
  );
}

function statusText(status: string): string {
  return status === 'ok' ? 'OK' : plainWords(status);
}
