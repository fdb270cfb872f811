import { useState } from 'react';
import { plainWords } from '../../format/labels';
import { formatFull, formatWhen } from '../../format/time';
import type { Finding, ReconcilerView } from '../../wire/health';
import { formatCount } from '../../format/number';
import { StateDot } from '../common/Badge';
import { Icon } from '../common/Icon';
import { Facts } from '../order/Facts';
import { reconcilerFacts, reconcilerText } from './reconciler';

/** Findings shown before the rest is asked for. */
const findingsShown = 3;

/** The reconciler among the parts: how far it is, the newest findings, and all it says of itself on demand. */
export function ReconcilerRows({ view, current, now }: { view: ReconcilerView; current: boolean; now: number }) {
  const [open, setOpen] = useState(false);
  const text = reconcilerText(view, now);
  const findings = view.recent_findings ?? [];
  const shown = open ? findings : findings.slice(0, findingsShown);
  return (
    <>
      <tr data-part="reconciler">
        <th scope="row">
          <button type="button" className="row-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
            <span className={`chevron ${open ? 'is-open-right' : ''}`}><Icon name="chevronRight" /></span>
            Reconciler
          </button>
        </th>
        <td className="muted clip" title={text.line + text.through}>{formatCount(view.checked_orders ?? 0)} checked</td>
        <td className="status-cell"><StateDot tone={current ? text.tone : 'quiet'}>{text.state}</StateDot></td>
      </tr>
      {(open || shown.length > 0) && (
        <tr className="service-detail">
          <td colSpan={3}>
            {shown.length > 0 && <Findings findings={shown} now={now} />}
            {open && <Facts facts={reconcilerFacts(view, now)} />}
            {!open && findings.length > shown.length && (
              <button type="button" className="link-button" onClick={() => setOpen(true)}>Show {findings.length - shown.length} more</button>
            )}
          </td>
        </tr>
      )}
    </>
  );
}

function Findings({ findings, now }: { findings: Finding[]; now: number }) {
  return (
    <ul className="findings" aria-label="Newest findings">
      {findings.map((finding) => (
        <li key={`${finding.kind} ${finding.subject} ${finding.at}`} className="finding">
          <strong className="finding-subject">{finding.subject}</strong>
          <time className="finding-time" dateTime={finding.at} title={formatFull(finding.at)}>{formatWhen(finding.at, now)}</time>
          <span className="finding-detail">{plainWords(finding.kind)}: {finding.detail}</span>
        </li>
      ))}
    </ul>
  );
}
