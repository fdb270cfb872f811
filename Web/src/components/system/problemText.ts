import { partLabel } from '../../format/labels';
import { formatAge, formatWhen } from '../../format/time';
import type { Recovery, SystemProblem } from '../../state/systemProblems';

/** Payments retrying, Broker down, Reconciler: findings. */
export function problemTitle(problem: Pick<SystemProblem, 'part' | 'state'>): string {
  if (problem.part === 'dead_letters') return 'Dead letters are waiting';
  return problem.part === 'reconciler' ? `Reconciler: ${problem.state}` : `${partLabel(problem.part)} ${problem.state}`;
}

/** since 12:01:03 (2 min) · attempt 7 · next in 4 s. `now` is the server's time, as those of the problem are. */
export function problemTimes(problem: SystemProblem, now: number): string[] {
  const times: string[] = [];
  if (problem.since !== null) {
    times.push(`since ${formatWhen(new Date(problem.since).toISOString(), now)} (${formatAge(now - problem.since)})`);
  }
  if (problem.attempt !== null) times.push(`attempt ${problem.attempt}`);
  if (problem.nextAttemptAt !== null) times.push(nextAttempt(problem.nextAttemptAt, now));
  return times;
}

/** A time that has passed means that it is trying, or that the status is from a moment before. */
export function nextAttempt(at: number, now: number): string {
  return at - now < 500 ? 'trying now' : `next in ${formatAge(at - now + 500)}`;
}

/** Payments recovered, after 4 min. */
export function recoveryText(recoveries: Recovery[]): string {
  const names = recoveries.map((recovery) => partLabel(recovery.part));
  const who = names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
  const lasted = Math.max(...recoveries.map((recovery) => recovery.lasted ?? 0));
  return `${who} recovered${lasted >= 1000 ? `, after ${formatAge(lasted)}` : ''}`;
}
