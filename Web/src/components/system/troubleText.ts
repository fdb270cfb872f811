import { partLabel } from '../../format/labels';
import { formatAge, formatWhen } from '../../format/time';
import type { Recovery, Trouble } from '../../state/troubles';

/** Payments retrying, Broker down, Reconciler: findings. */
export function troubleTitle(trouble: Pick<Trouble, 'part' | 'state'>): string {
  if (trouble.part === 'dead_letters') return 'Dead letters are waiting';
  return trouble.part === 'reconciler' ? `Reconciler: ${trouble.state}` : `${partLabel(trouble.part)} ${trouble.state}`;
}

/** since 12:01:03 (2 min) · attempt 7 · next in 4 s. `now` is the server's time, as those of the trouble are. */
export function troubleTimes(trouble: Trouble, now: number): string[] {
  const times: string[] = [];
  if (trouble.since !== null) {
    times.push(`since ${formatWhen(new Date(trouble.since).toISOString(), now)} (${formatAge(now - trouble.since)})`);
  }
  if (trouble.attempt !== null) times.push(`attempt ${trouble.attempt}`);
  if (trouble.nextAttemptAt !== null) times.push(nextAttempt(trouble.nextAttemptAt, now));
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
