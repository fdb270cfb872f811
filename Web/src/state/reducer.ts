import type { AlertView, CountryStats, OrderView, SystemView, Totals } from '../wire/types';
import type { Problem } from '../wire/problem';
import type { LiveBatch } from '../live/batch';
import { alertLimit, mergeAlerts } from './alerts';
import { feedHeld, feedLoaded, feedReceived, feedReleased, feedTick } from './feed';
import { failed, loaded } from './loadable';
import { addSample } from './rate';
import { mergePoints, type SeriesPoint } from './series';
import { problemsSeen } from './systemProblems';
import type { AppState, LinkView, SkippedNote } from './state';

/** Something the page loads by request, as opposed to what the stream brings. */
export type Source = 'stats' | 'series' | 'feed' | 'alerts' | 'system';

export type Action =
  | { type: 'live'; batch: LiveBatch; at: number }
  | { type: 'link'; link: LinkView }
  | { type: 'tick'; at: number }
  | { type: 'hold'; held: boolean; at: number }
  | { type: 'release'; at: number }
  | { type: 'failed'; source: Source; problem: Problem }
  | { type: 'clock'; offset: number }
  /** `asked`: local time of the request; what the stream brought since is newer than the answer. */
  | { type: 'stats'; totals: Totals; countries: CountryStats[]; asked: number; at: number }
  | { type: 'series'; points: SeriesPoint[]; asked: number; at: number }
  /** `reset`: the log was replaced or has moved on too far; nothing known before counts. */
  | { type: 'feed'; orders: OrderView[]; reset: boolean; at: number }
  | { type: 'alerts'; alerts: AlertView[]; reset: boolean; at: number }
  | { type: 'system'; system: SystemView; at: number };

export function reduce(state: AppState, action: Action): AppState {
  switch (action.type) {
    case 'live': return live(state, action.batch, action.at);
    case 'link': return { ...state, link: action.link };
    case 'tick': return withFeed(state, feedTick(state.feed, action.at));
    case 'hold': return withFeed(state, feedHeld(state.feed, action.held, action.at));
    case 'release': return withFeed(state, feedReleased(state.feed, action.at));
    case 'failed': return failure(state, action.source, action.problem);
    case 'clock': return { ...state, clockOffset: action.offset };
    case 'stats': return stats(state, action);
    case 'series': return series(state, action.points, action.asked, action.at);
    case 'feed':
      return {
        ...state,
        feed: feedLoaded(state.feed, action.orders, action.reset, action.at),
        feedProblem: loaded(true, action.at),
      };
    case 'alerts': {
      const known = action.reset ? [] : state.alerts.value ?? [];
      return { ...state, alerts: loaded(mergeAlerts(known, action.alerts).slice(0, alertLimit), action.at) };
    }
    case 'system':
      return {
        ...state,
        system: loaded(action.system, action.at),
        problems: problemsSeen(state.problems, action.system, action.at + state.clockOffset),
      };
  }
}

function live(state: AppState, batch: LiveBatch, at: number): AppState {
  const next: AppState = { ...state, feed: feedReceived(state.feed, batch.orders, at) };
  if (batch.alerts.length > 0 && state.alerts.value !== null) {
    next.alerts = { ...state.alerts, value: mergeAlerts(state.alerts.value, batch.alerts), at };
  }
  if (batch.totals !== null) {
    next.totals = loaded(batch.totals, at);
    next.samples = addSample(state.samples, { at, orders: batch.totals.orders });
  }
  if (batch.points.length > 0) {
    const now = at + state.clockOffset;
    if (state.series.value === null) next.earlyPoints = mergePoints(state.earlyPoints, batch.points, now);
    else next.series = { ...state.series, value: mergePoints(state.series.value, batch.points, now), at };
  }
  if (batch.skipped > 0) next.skipped = skippedMore(state.skipped, batch.skipped, at);
  return next;
}

function stats(state: AppState, action: Extract<Action, { type: 'stats' }>): AppState {
  const next: AppState = { ...state, countries: loaded(action.countries, action.at) };
  const streamIsNewer = state.totals.at !== null && state.totals.at > action.asked;
  if (streamIsNewer) {
    next.totals = { ...state.totals, problem: null };
  } else {
    next.totals = loaded(action.totals, action.at);
    next.samples = addSample(state.samples, { at: action.at, orders: action.totals.orders });
  }
  return next;
}

function series(state: AppState, points: SeriesPoint[], asked: number, at: number): AppState {
  const now = at + state.clockOffset;
  const streamIsNewer = state.series.at !== null && state.series.at > asked;
  const told = state.series.value === null ? state.earlyPoints : streamIsNewer ? state.series.value : [];
  return { ...state, series: loaded(mergePoints(points, told, now), at), earlyPoints: [] };
}

function failure(state: AppState, source: Source, problem: Problem): AppState {
  switch (source) {
    case 'stats':
      return { ...state, totals: failed(state.totals, problem), countries: failed(state.countries, problem) };
    case 'series': return { ...state, series: failed(state.series, problem) };
    case 'feed': return { ...state, feedProblem: failed(state.feedProblem, problem) };
    case 'alerts': return { ...state, alerts: failed(state.alerts, problem) };
    case 'system': return { ...state, system: failed(state.system, problem) };
  }
}

/** Counts within one busy spell; a pause of half a minute begins a new one. */
function skippedMore(note: SkippedNote | null, count: number, at: number): SkippedNote {
  return note !== null && at - note.at < 30_000
    ? { ...note, count: note.count + count, at }
    : { count, since: at, at };
}

function withFeed(state: AppState, feed: AppState['feed']): AppState {
  return feed === state.feed ? state : { ...state, feed };
}
