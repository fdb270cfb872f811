import { formatCount, formatShare, plural } from '../../format/number';
import { plainWords, type Tone } from '../../format/labels';
import { formatAge, formatWhen } from '../../format/time';
import type { ReconcilerView } from '../../wire/health';

export interface ReconcilerText {
  tone: Tone;
  /** A word or two for a column. */
  state: string;
  /** What it has found, in a line. */
  line: string;
  /** How far it has come; the end of the line, where there is room. */
  through: string;
}

/** What the reconciler says, never better than it is: a finding outweighs every state. `now` is the server's time, ms. */
export function reconcilerText(view: ReconcilerView, now: number): ReconcilerText {
  const checked = plural(view.checked_orders ?? 0, 'order');
  const findings = view.findings ?? 0;
  const coverage = coverageText(view);
  const through = view.checked_through ? `, checked through ${formatWhen(view.checked_through, now)}` : '';
  if (findings > 0 || view.status === 'findings') {
    const found = findings > 0 ? plural(findings, 'finding') : 'findings';
    const behind = view.status === 'behind' ? ', and it is behind' : '';
    const share = coverage === null ? '' : `; ${coverage}`;
    return { tone: 'bad', state: found[0]!.toUpperCase() + found.slice(1), line: `${found} in ${checked} checked${behind}${share}`, through };
  }
  switch (view.status) {
    case 'ok': {
      if (coverage !== null) return { tone: 'good', state: 'OK', line: `${coverage}, 0 differences${delayText(view)}`, through: '' };
      const line = (view.checked_orders ?? 0) === 0 ? 'no orders to check yet' : `no orders in the last hour, ${checked} checked before, 0 differences`;
      return { tone: (view.checked_orders ?? 0) === 0 ? 'quiet' : 'good', state: 'OK', line, through };
    }
    case 'behind': {
      const at = Date.parse(view.checked_through ?? '');
      const by = Number.isNaN(at) ? '' : ` by ${formatAge(now - at)}`;
      const share = coverage === null ? `the ${checked} checked so far agree` : `${coverage}, 0 differences`;
      return { tone: 'warn', state: 'Behind', line: `behind${by}; ${share}`, through };
    }
    case 'starting':
      return { tone: 'quiet', state: 'Starting', line: `starting, ${checked} checked so far`, through: '' };
    case 'off':
      return { tone: 'quiet', state: 'Off', line: 'off, nothing is checked', through: '' };
    default:
      return { tone: 'quiet', state: plainWords(view.status), line: `${plainWords(view.status).toLowerCase()}, ${checked} checked`, through };
  }
}

/** `98.4 % of the last hour checked`; null where nothing came, or the server does not say. Never 100 % of what is not complete. */
function coverageText(view: ReconcilerView): string | null {
  const hour = view.last_hour;
  if (hour?.coverage === undefined) return null;
  const complete = hour.skipped + hour.overdue === 0;
  return `${complete ? formatShare(1, 1, 0) : formatShare(Math.floor(hour.coverage * 1000), 1000)} of the last hour checked`;
}

function delayText(view: ReconcilerView): string {
  return view.delay_milliseconds === undefined ? '' : `, ${formatAge(view.delay_milliseconds)} behind`;
}

/** What else is worth knowing of it: names and values. */
export function reconcilerFacts(view: ReconcilerView, now: number): [name: string, value: string][] {
  const facts: [string, string][] = [];
  if (view.checked_through) facts.push(['Checked through', formatWhen(view.checked_through, now)]);
  if (view.since) facts.push(['Checking since', formatWhen(view.since, now)]);
  if (view.open_orders !== undefined) facts.push(['Under way', `${plural(view.open_orders, 'order')}, judged once they are through`]);
  if (view.detail) facts.push(['Behind because', view.detail]);
  if (view.last_hour !== undefined) {
    const { checked, skipped, overdue } = view.last_hour;
    const rest = `${formatCount(skipped)} not checked, ${formatCount(overdue)} waiting for long`;
    facts.push(['Last hour', `${plural(checked, 'order')} checked, ${rest}`]);
  }
  if ((view.skipped_orders ?? 0) > 0) facts.push(['Not checked', `${plural(view.skipped_orders ?? 0, 'order')} since it began: orders verify checks all`]);
  if (view.sweep) {
    const finished = view.sweep.last_finished_at ? `, finished ${formatWhen(view.sweep.last_finished_at, now)}` : '';
    facts.push(['Stored orders', `${formatCount(view.sweep.orders_checked)} added up and compared with ${plural(view.sweep.windows_checked, 'window')}${finished}`]);
  }
  return facts;
}
