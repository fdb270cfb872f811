import { api, ApiError, type Answer } from '../wire/api';
import { unreachable } from '../wire/problem';
import { alertLimit } from '../state/alerts';
import { pointFrom, seriesMinutes } from '../state/series';
import type { Action, Source } from '../state/reducer';
import type { Store } from '../state/store';

/** Orders asked for when the page opens. */
const firstRows = 60;

/** Fetches what the stream does not bring, one request of each kind at a time. */
export class Loader {
  private running = new Map<Source, AbortController>();
  /** Called when a request has succeeded, before its answer is stored: the orders it knew of, where it tells, and its time. */
  onAnswer: (orders: number | null, asked: number) => void = () => {};

  constructor(private store: Store) {}

  /** `reset`: forget what is known; the answer stands alone. */
  all(reset = false): void {
    this.stats();
    this.series();
    this.feed(reset);
    this.alerts(reset);
    this.system();
  }

  stats(): void {
    void this.load('stats', (signal) => api.stats(signal), ({ totals, countries }, asked, at) => {
      this.onAnswer(totals.orders, asked);
      return { type: 'stats', totals, countries, asked, at };
    });
  }

  series(): void {
    void this.load('series', (signal) => api.timeseries(seriesMinutes, signal), (series, asked, at) => ({
      type: 'series', points: series.points.map(pointFrom), asked, at,
    }));
  }

  feed(reset: boolean): void {
    const query = new URLSearchParams({ limit: String(firstRows) });
    void this.load('feed', (signal) => api.orders(query, signal), (page, _asked, at) => ({
      type: 'feed', orders: page.orders, reset, at,
    }), reset);
  }

  alerts(reset = false): void {
    void this.load('alerts', (signal) => api.alerts(alertLimit, signal), (page, _asked, at) => ({
      type: 'alerts', alerts: page.alerts, reset, at,
    }), reset);
  }

  /** `again`: a request that is under way may hang with the server; it is given up for a new one. */
  system(again = false): void {
    void this.load('system', (signal) => api.system(signal), (system, _asked, at) => ({ type: 'system', system, at }), again);
  }

  stop(): void {
    for (const controller of this.running.values()) controller.abort();
    this.running.clear();
  }

  private async load<Value>(
    source: Source,
    fetchIt: (signal: AbortSignal) => Promise<Answer<Value>>,
    toAction: (value: Value, asked: number, at: number) => Action,
    supersede = false,
  ): Promise<void> {
    if (this.running.has(source) && !supersede) return;
    this.running.get(source)?.abort();
    const controller = new AbortController();
    this.running.set(source, controller);
    const asked = Date.now();
    try {
      const answer = await fetchIt(controller.signal);
      const at = Date.now();
      this.adjustClock(answer.serverTime, at);
      this.store.dispatch(toAction(answer.value, asked, at));
      if (source !== 'stats') this.onAnswer(null, asked);
    } catch (error) {
      if (controller.signal.aborted) return;
      const problem = error instanceof ApiError ? error.problem : { ...unreachable(false), detail: String(error) };
      this.store.dispatch({ type: 'failed', source, problem });
    } finally {
      if (this.running.get(source) === controller) this.running.delete(source);
    }
  }

  /** The Date header has whole seconds: differences below two are not known to be any. */
  private adjustClock(serverTime: number | null, at: number): void {
    if (serverTime === null) return;
    const offset = Math.abs(serverTime - at) < 2000 ? 0 : serverTime - at;
    if (Math.abs(offset - this.store.get().clockOffset) > 2000) this.store.dispatch({ type: 'clock', offset });
  }
}
