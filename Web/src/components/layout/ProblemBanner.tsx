import { useEffect, useId, useRef, useState } from 'react';
import { formatClock } from '../../format/time';
import { useServerNow } from '../../hooks/useServerNow';
import type { SystemProblem } from '../../state/systemProblems';
import { Icon } from '../common/Icon';
import { problemTimes, problemTitle } from '../system/problemText';
import { ProblemList } from './ProblemList';

interface ProblemBannerProps {
  /** At least one, the worst first. */
  problems: SystemProblem[];
  /** When this was known, local ms, if it is not known now. */
  asOf: number | null;
  onDeadLetters: () => void;
}

/** What is wrong, in a line: the worst with its times; all of it, in full, on demand. */
export function ProblemBanner({ problems, asOf, onDeadLetters }: ProblemBannerProps) {
  const now = useServerNow();
  const list = useId();
  const banner = useRef<HTMLDivElement>(null);
  const toggle = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const worst = problems[0]!;
  const label = problems.length > 1 ? `All ${problems.length} problems` : 'Details';

  useEffect(() => {
    if (!open) return undefined;
    const close = (event: Event) => {
      const elsewhere = event instanceof MouseEvent && !banner.current?.contains(event.target as Node);
      const escaped = event instanceof KeyboardEvent && event.key === 'Escape';
      if (!elsewhere && !escaped) return;
      // What has the focus in the list is about to go.
      if (escaped && banner.current?.contains(document.activeElement)) toggle.current?.focus();
      setOpen(false);
    };
    addEventListener('keydown', close);
    addEventListener('mousedown', close);
    return () => {
      removeEventListener('keydown', close);
      removeEventListener('mousedown', close);
    };
  }, [open]);

  const showDeadLetters = () => {
    setOpen(false);
    onDeadLetters();
  };

  return (
    <div className="system-problem" ref={banner}>
      <div className={`banner banner-${worst.tone}`} data-problem={worst.part}>
        <Icon name="warning" />
        <strong className="banner-title">{problemTitle(worst)}</strong>
        <span className="banner-detail clip">{worst.detail}</span>
        <p className="banner-times">
          {asOf === null ? problemTimes(worst, now).map((time) => <span key={time.split(' ')[0]}>{time}</span>) : <span>as of {formatClock(asOf)}</span>}
        </p>
        <button
          type="button" className="button button-small banner-button" aria-label={label} aria-expanded={open} aria-controls={list}
          ref={toggle} onClick={() => setOpen(!open)}
        >
          <span className="wide-only">{label}</span>
          {problems.length > 1 && <span className="narrow-only">{problems.length}</span>}
          <span className={`chevron ${open ? 'is-open' : ''}`}><Icon name="chevronDown" /></span>
        </button>
      </div>
      <div id={list} className="system-problem-drop" hidden={!open}>
        {open && <ProblemList problems={problems} now={now} onDeadLetters={showDeadLetters} />}
      </div>
    </div>
  );
}
