import type { SystemProblem } from '../../state/systemProblems';
import { StateDot } from '../common/Badge';
import { problemTimes, problemTitle } from '../system/problemText';

/** Everything that is wrong, in full. */
export function ProblemList({ problems, now, onDeadLetters }: { problems: SystemProblem[]; now: number; onDeadLetters: () => void }) {
  return (
    <ul className="system-problem-list">
      {problems.map((problem) => (
        <li key={`${problem.part} ${problem.detail}`} className="system-problem-item">
          <p className="system-problem-head">
            <StateDot tone={problem.tone}><strong>{problemTitle(problem)}</strong></StateDot>
            {problem.code !== null && <code className="system-problem-code">{problem.code}</code>}
          </p>
          {problem.detail !== '' && <p className="system-problem-detail">{problem.detail}</p>}
          <p className="system-problem-times">{problemTimes(problem, now).join(' · ')}</p>
          {problem.part === 'dead_letters' && (
            <button type="button" className="link-button" onClick={onDeadLetters}>Show the dead letters</button>
          )}
        </li>
      ))}
    </ul>
  );
}
