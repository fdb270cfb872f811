import { formatClock } from '../../format/time';
import type { Loadable } from '../../state/loadable';

/** Says that what is shown could not be brought up to date; nothing while all is well. */
export function NotRefreshed({ of }: { of: Loadable<unknown> }) {
  if (of.problem === null || of.at === null) return null;
  return (
    <span className="warn-text" title={of.problem.detail}>
      as of {formatClock(of.at)}
    </span>
  );
}
