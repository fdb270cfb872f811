import { useEffect } from 'react';
import { useAppState } from '../../hooks/useAppState';
import { useNow } from '../../hooks/useNow';
import { recoveryLifetimeMilliseconds, type Recovery, type Trouble } from '../../state/troubles';
import { isCurrent } from '../system/summary';
import { recoveryText, troubleTitle } from '../system/troubleText';
import { QuietLine } from './QuietLine';
import { RecoveryLine } from './RecoveryLine';
import { StaleBanner, useConnectionLost } from './StaleBanner';
import { TroubleBanner } from './TroubleBanner';

const pageTitle = 'Orders';

/**
 * The line under the header: what is wrong, what has recovered, or else what the reconciler has checked.
 * It keeps its place and height whatever it says, so that nothing moves under the reader's hand when it changes.
 */
export function StatusStrip({ onDeadLetters }: { onDeadLetters: () => void }) {
  const now = useNow();
  const lost = useConnectionLost();
  const system = useAppState((state) => state.system);
  const log = useAppState((state) => state.troubles);
  const offset = useAppState((state) => state.clockOffset);
  const current = isCurrent(system, now);
  const recovered = log.recovered.filter((recovery) => now + offset - recovery.at < recoveryLifetimeMilliseconds);
  // Without a connection what was wrong is as old as everything else: that is said instead.
  const troubles = lost && !current ? [] : log.open;
  useTitle(troubles);

  const view = system.value;
  const says = view === null || view.reconciler !== undefined || view.dead_letters !== undefined || view.problems !== undefined;
  const calm = !lost && troubles.length === 0;
  const recovering = calm && current && recovered.length > 0;
  return (
    <div className={calm && !recovering && !says ? '' : `strip ${calm ? '' : 'is-wrong'}`}>
      <Announcer lost={lost} troubles={troubles} recovered={recovering ? recovered : []} />
      {lost && <StaleBanner />}
      {troubles.length > 0 && (
        <TroubleBanner troubles={troubles} asOf={current ? null : system.at} onDeadLetters={onDeadLetters} />
      )}
      {recovering && <RecoveryLine recovered={recovered} />}
      {calm && !recovering && says && <QuietLine onDeadLetters={onDeadLetters} />}
    </div>
  );
}

/** Speaks each change once: the line itself has clocks in it and would be read out every second. */
function Announcer({ lost, troubles, recovered }: { lost: boolean; troubles: Trouble[]; recovered: Recovery[] }) {
  const words = (tone: Trouble['tone']) => troubles.filter((trouble) => trouble.tone === tone).map(troubleTitle).join('. ');
  return (
    <div className="sr-only">
      <p role="alert">{words('bad')}</p>
      <p role="status">
        {lost && 'The live connection is lost. '}
        {words('warn')}
        {recovered.length > 0 && recoveryText(recovered)}
      </p>
    </div>
  );
}

/** Among many tabs, too, it shows that something is wrong. */
function useTitle(troubles: Trouble[]): void {
  const worst = troubles[0];
  const title = worst === undefined ? pageTitle : `(!) ${troubleTitle(worst)} · ${pageTitle}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
