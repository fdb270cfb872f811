import { formatCount, plural } from '../../format/number';
import { formatAge } from '../../format/time';
import { serviceLabel, type Tone } from '../../format/labels';
import type { Loadable } from '../../state/loadable';
import type { LinkView } from '../../state/state';
import { problemsOf } from '../../state/systemProblems';
import type { DeadLetterCounts } from '../../wire/health';
import type { SystemView } from '../../wire/types';
import { problemTitle } from './problemText';

/** A status older than this is history: it is shown as last known, not as the state of things, ms. */
export const statusLifetimeMilliseconds = 12_000;

export interface Summary {
  tone: Tone;
  text: string;
}

export function statusTone(status: string): Tone {
  if (status === 'ok') return 'good';
  if (status === 'lagging' || status === 'degraded' || status === 'retrying') return 'warn';
  return status === 'down' ? 'bad' : 'quiet';
}

/** Whether the status is recent enough to be called the state of things. Once asking fails it is not, however recent it is. */
export function isCurrent(system: Loadable<SystemView>, now: number): boolean {
  return system.at !== null && system.problem === null && now - system.at < statusLifetimeMilliseconds;
}

/** The platform's state in a few words; what is wrong first, and never better than what is known. */
export function summarise(system: Loadable<SystemView>, now: number, link: LinkView | null = null): Summary {
  const view = system.value;
  if (view === null || system.at === null) {
    return { tone: 'quiet', text: system.problem === null ? 'Checking…' : 'Status unknown' };
  }
  if (!isCurrent(system, now)) return { tone: 'warn', text: `Status unknown for ${formatAge(now - system.at)}` };
  // The stream is gone, and the server has not answered since.
  if (link?.phase === 'reconnecting' && system.at < link.since) return { tone: 'warn', text: 'No answer from the server' };
  const wrong = findings(view);
  if (wrong.length === 0 && view.status === 'ok') return { tone: 'good', text: 'All systems OK' };
  if (wrong.length === 0 && view.status === 'starting') return { tone: 'quiet', text: 'Starting…' };
  const tone = view.status === 'down' || wrong.some((finding) => finding.tone === 'bad') ? 'bad' : 'warn';
  const first = wrong[0]?.text ?? (view.status === 'down' ? 'Platform down' : 'Degraded');
  return { tone, text: wrong.length > 1 ? `${first} +${wrong.length - 1}` : first };
}

/** Problems first; a service that is merely late is said to be, and is none. */
function findings(view: SystemView): Summary[] {
  const problems = problemsOf(view);
  const named = new Set(problems.map((problem) => problem.part));
  const late = view.services.filter((service) => service.status === 'lagging' && !named.has(service.name));
  return [
    ...problems.map((problem): Summary => ({ tone: problem.tone, text: problemTitle(problem) })),
    ...late.map((service): Summary => ({ tone: 'warn', text: `${serviceLabel(service.name)} lagging` })),
    ...(openRecords(view.dead_letters) > 0 ? [{ tone: 'warn' as const, text: `Dead letters: ${formatCount(openRecords(view.dead_letters))}` }] : []),
  ];
}

/** Records that wait for a decision; their letters where the server does not count records. */
export function openRecords(counts: DeadLetterCounts | undefined): number {
  return counts?.open_records ?? counts?.open ?? 0;
}

/** `1 record with 3 open dead letters`. */
export function deadLetterText(counts: DeadLetterCounts): string {
  const letters = plural(counts.open, 'open dead letter');
  return counts.open_records === undefined ? letters : `${plural(counts.open_records, 'record')} with ${letters}`;
}
