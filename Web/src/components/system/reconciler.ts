import { formatCount, plural } from '../../format/number';
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
  const through = view.checked_through ? `, checked through ${formatWhen(view.checked_through, now)}` : '';
  if (findings > 0 || view.status === 'findings') {
    const found = findings > 0 ? plural(findings, 'finding') : 'findings';
    const behind = view.status === 'behind' ? ', and it is behind' : '';
    return { tone: 'bad', state: found[0]!.toUpperCase() + found.slice(1), line: `${found} in ${checked} checked${behind}`, through };
  }
  switch (view.status) {
    case 'ok': {
      const line = (view.checked_orders ?? 0) === 0 ? 'no orders to check yet' : `${checked} checked, everything agrees`;
      return { tone: 'good', state: 'OK', line, through };
    }
    case 'behind': {
      const at = Date.parse(view.checked_through ?? '');
      const by = Number.isNaN(at) ? '' : ` by ${formatAge(now - at)}`;
      return { tone: 'warn', state: 'Behind', line: `behind${by}; the ${checked} checked so far agree`, through };
    }
    case 'starting':
      return { tone: 'quiet', state: 'Starting', line: `starting, ${checked} checked so far`, through: '' };
    case 'off':
      return { tone: 'quiet', state: 'Off', line: 'off, nothing is checked', through: '' };
    default:
      return { tone: 'quiet', state: plainWords(view.status), line: `${plainWords(view.status).toLowerCase()}, ${checked} checked`, through };
  }
}

/** What else is worth knowing of it: names and values. */
export function reconcilerFacts(view: ReconcilerView, now: number): [name: string, value: string][] {
  const facts: [string, string][] = [];
  if (view.checked_through) facts.push(['Checked through', formatWhen(view.checked_through, now)]);
  if (view.since) facts.push(['Checking since', formatWhen(view.since, now)]);
  if (view.open_orders !== undefined) facts.push(['Under way', `${plural(view.open_orders, 'order')}, judged once they are through`]);
  if ((view.skipped_records ?? 0) > 0) facts.push(['Left out', `${plural(view.skipped_records ?? 0, 'record')} that could not be read`]);
  if (view.sweep) {
    const finished = view.sweep.last_finished_at ? `, finished ${formatWhen(view.sweep.last_finished_at, now)}` : '';
    facts.push(['Stored orders', `${formatCount(view.sweep.orders_checked)} compared in ${plural(view.sweep.windows_checked, 'window')}${finished}`]);
  }
  return facts;
}
