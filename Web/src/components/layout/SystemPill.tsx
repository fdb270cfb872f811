import { useAppState } from '../../hooks/useAppState';
import { useNow } from '../../hooks/useNow';
import { summarise } from '../system/summary';
import { StateDot } from '../common/Badge';

function showPanel() {
  const panel = document.getElementById('system');
  panel?.scrollIntoView({ block: 'nearest' });
  panel?.querySelector<HTMLElement>('[tabindex="-1"]')?.focus({ preventScroll: true });
}

/** The state of the whole platform in a word; leads to the panel that says more. */
export function SystemPill() {
  const now = useNow();
  const system = useAppState((state) => state.system);
  const link = useAppState((state) => state.link);
  const { tone, text } = summarise(system, now, link);
  return (
    <button type="button" className={`pill pill-button pill-${tone}`} onClick={showPanel}>
      <StateDot tone={tone}>{text}</StateDot>
    </button>
  );
}
