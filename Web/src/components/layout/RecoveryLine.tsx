import { formatClock } from '../../format/time';
import type { Recovery } from '../../state/systemProblems';
import { Icon } from '../common/Icon';
import { recoveryText } from '../system/problemText';

/** What is in order again, shown for a minute. */
export function RecoveryLine({ recovered }: { recovered: Recovery[] }) {
  return (
    <div className="quiet-line is-recovered">
      <Icon name="check" />
      <p className="quiet-text"><strong>{recoveryText(recovered)}</strong>, at {formatClock(recovered[0]!.at)}.</p>
    </div>
  );
}
