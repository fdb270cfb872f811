/** Clock times are the reader's local time, 24 hours. */

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
});
const minute = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const full = new Intl.DateTimeFormat(undefined, {
  day: 'numeric', month: 'short', year: 'numeric',
  hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZoneName: 'short',
});

/** 14:03:12 */
export function formatClock(milliseconds: number): string {
  return Number.isFinite(milliseconds) ? clock.format(milliseconds) : '–';
}

/** 14:03 */
export function formatMinute(milliseconds: number): string {
  return Number.isFinite(milliseconds) ? minute.format(milliseconds) : '–';
}

/** The clock time of an RFC 3339 time, with the day in front when it is not `now`'s. */
export function formatWhen(time: string, now: number): string {
  const milliseconds = Date.parse(time);
  if (Number.isNaN(milliseconds)) return '–';
  const sameDay = new Date(milliseconds).toDateString() === new Date(now).toDateString();
  return sameDay ? clock.format(milliseconds) : `${day.format(milliseconds)}, ${minute.format(milliseconds)}`;
}

/** Date, time and zone, for titles and the detail panel. */
export function formatFull(time: string): string {
  const milliseconds = Date.parse(time);
  return Number.isNaN(milliseconds) ? '–' : full.format(milliseconds);
}

/** 0 s, 59 s, 12 min, 3 h 5 min, 2 d 4 h. Negative spans, a clock that is off, count as none. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** The time between two steps of an order: +85 ms, +1.2 s, +3 min. */
export function formatStep(milliseconds: number): string {
  if (milliseconds < 0) return '';
  if (milliseconds < 1000) return `+${Math.round(milliseconds)} ms`;
  if (milliseconds < 10_000) return `+${(milliseconds / 1000).toFixed(1)} s`;
  return `+${formatAge(milliseconds)}`;
}
