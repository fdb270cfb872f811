import { minute, type SeriesPoint } from './series';

/** The total at a moment; the rate is the slope between two of them. */
export interface RateSample {
  at: number;
  orders: number;
}

const windowMilliseconds = minute;
/** Below this the slope says nothing; the minute points are used instead. */
const enoughMilliseconds = 5_000;
const sampleEveryMilliseconds = 1000;

/** Adds a sample: at most one a second, and none older than the window but the one that opens it. */
export function addSample(samples: RateSample[], sample: RateSample): RateSample[] {
  const last = samples[samples.length - 1];
  if (last !== undefined && sample.orders < last.orders) return [sample]; // other data than before
  const first = samples.findIndex((kept) => kept.at > sample.at - windowMilliseconds);
  const opening = first === -1 ? samples.slice(-1) : samples.slice(Math.max(0, first - 1));
  const previous = opening[opening.length - 2];
  if (previous !== undefined && last !== undefined && last.at - previous.at < sampleEveryMilliseconds) {
    return [...opening.slice(0, -1), sample];
  }
  return [...opening, sample];
}

/**
 * Orders a minute over the last minute up to `now` (local ms), or since the page began to watch.
 * Until it has watched for some seconds it takes them from the minute points, by event time up to `serverNow`:
 * this minute's, and the last one's for the part of the minute that is still to come. Where nothing came in the last minute
 * that would be too few, and nothing is known yet: null.
 */
export function ordersPerMinute(
  samples: RateSample[], points: SeriesPoint[], now: number, serverNow: number,
): number | null {
  const first = samples[0];
  const last = samples[samples.length - 1];
  if (first !== undefined && last !== undefined && now - first.at >= enoughMilliseconds) {
    const opening = [...samples].reverse().find((sample) => sample.at <= now - windowMilliseconds) ?? first;
    const span = Math.max(now - opening.at, enoughMilliseconds);
    return ((last.orders - opening.orders) / span) * minute;
  }
  const start = Math.floor(serverNow / minute) * minute;
  const ordersIn = (from: number) => points.find((point) => point.start === from)?.orders ?? 0;
  const left = 1 - (serverNow - start) / minute;
  if (ordersIn(start) > 0 && ordersIn(start - minute) === 0) return null;
  return ordersIn(start) + ordersIn(start - minute) * left;
}
