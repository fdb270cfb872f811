import { useEffect } from 'react';
import { useAppState } from '../../hooks/useAppState';
import { useNow } from '../../hooks/useNow';
import { recoveryLifetimeMilliseconds, type Recovery, type SystemProblem } from '../../state/systemProblems';
import { isCurrent } from '../system/summary';
import { recoveryText, problemTitle } from '../system/problemText';
import { QuietLine } from './QuietLine';
import { RecoveryLine } from './RecoveryLine';
import { StaleBanner, useConnectionLost } from './StaleBanner';
import { ProblemBanner } from './ProblemBanner';

const pageTitle = 'Orders';

/**
 * The line under the header: what is wrong, what has recovered, or else what the reconciler has checked.
 * It keeps its place and height whatever it says, so that nothing moves under the reader's hand when it changes.
 */
export function StatusStrip({ onDeadLetters }: { onDeadLetters: () => void }) {
  const now = useNow();
  const lost = useConnectionLost();
  const system = useAppState((state) => state.system);
  const log = useAppState((state) => state.problems);
  const offset = useAppState((state) => state.clockOffset);
  const current = isCurrent(system, now);
  const recovered = log.recovered.filter((recovery) => now + offset - recovery.at < recoveryLifetimeMilliseconds);
  // Without a connection what was wrong is as old as everything else: that is said instead.
  const problems = lost && !current ? [] : log.open;
  useTitle(problems);

  const view = system.value;
  const says = view === null || view.reconciler !== undefined || view.dead_letters !== undefined || view.problems !== undefined;
  const calm = !lost && problems.length === 0;
  const recovering = calm && current && recovered.length > 0;
  return (
    <div className={calm && !recovering && !says ? '' : `strip ${calm ? '' : 'is-wrong'}`}>
      <Announcer lost={lost} problems={problems} recovered={recovering ? recovered : []} />
      {lost && <StaleBanner />}
      {problems.length > 0 && (
        <ProblemBanner problems={problems} asOf={current ? null : system.at} onDeadLetters={onDeadLetters} />
      )}
      {recovering && <RecoveryLine recovered={recovered} />}
      {calm && !recovering && says && <QuietLine onDeadLetters={onDeadLetters} />}
    </div>
  );
}

/** Speaks each change once: the line itself has clocks in it and would be read out every second. */
function Announcer({ lost, problems, recovered }: { lost: boolean; problems: SystemProblem[]; recovered: Recovery[] }) {
  const words = (tone: SystemProblem['tone']) => problems.filter((problem) => problem.tone === tone).map(problemTitle).join('. ');
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
function useTitle(problems: SystemProblem[]): void {
  const worst = problems[0];
  const title = worst === undefined ? pageTitle : `(!) ${problemTitle(worst)} · ${pageTitle}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
