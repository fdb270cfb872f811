import { useEffect, useId, useRef, useState } from 'react';
import { formatClock } from '../../format/time';
import { useServerNow } from '../../hooks/useServerNow';
import type { Trouble } from '../../state/troubles';
import { Icon } from '../common/Icon';
import { troubleTimes, troubleTitle } from '../system/troubleText';
import { TroubleList } from './TroubleList';

interface TroubleBannerProps {
  /** At least one, the worst first. */
  troubles: Trouble[];
  /** When this was known, local ms, if it is not known now. */
  asOf: number | null;
  onDeadLetters: () => void;
}

/** What is wrong, in a line: the worst with its times; all of it, in full, on demand. */
export function TroubleBanner({ troubles, asOf, onDeadLetters }: TroubleBannerProps) {
  const now = useServerNow();
  const list = useId();
  const banner = useRef<HTMLDivElement>(null);
  const toggle = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const worst = troubles[0]!;
  const label = troubles.length > 1 ? `All ${troubles.length} problems` : 'Details';

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
    <div className="trouble" ref={banner}>
      <div className={`banner banner-${worst.tone}`} data-trouble={worst.part}>
        <Icon name="warning" />
        <strong className="banner-title">{troubleTitle(worst)}</strong>
        <span className="banner-detail clip">{worst.detail}</span>
        <p className="banner-times">
          {asOf === null ? troubleTimes(worst, now).map((time) => <span key={time.split(' ')[0]}>{time}</span>) : <span>as of {formatClock(asOf)}</span>}
        </p>
        <button
          type="button" className="button button-small banner-button" aria-label={label} aria-expanded={open} aria-controls={list}
          ref={toggle} onClick={() => setOpen(!open)}
        >
          <span className="wide-only">{label}</span>
          {troubles.length > 1 && <span className="narrow-only">{troubles.length}</span>}
          <span className={`chevron ${open ? 'is-open' : ''}`}><Icon name="chevronDown" /></span>
        </button>
      </div>
      <div id={list} className="trouble-drop" hidden={!open}>
        {open && <TroubleList troubles={troubles} now={now} onDeadLetters={showDeadLetters} />}
      </div>
    </div>
  );
}
