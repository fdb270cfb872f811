import { api } from '../wire/api';
import type { OrderView, StatsEvent } from '../wire/types';
import type { Store } from '../state/store';
import { BatchBuffer } from './batch';
import { initialLink, linkStep, type LinkInput, type LinkState } from './link';
import { Loader } from './loader';

/** The page is drawn for stream events at most this often. */
const drawEveryMilliseconds = 200;
const probeTimeoutMilliseconds = 2_500;
/** How often what the stream does not bring is fetched again, seconds; six times rarer while the page is hidden. */
const pollSeconds = { stats: 5, system: 5, alerts: 30, series: 60 };
const hiddenFactor = 6;
/** The page learns when the server was last heard of in steps of this, ms: thousands of events a second are no news. */
const heardStepMilliseconds = 1000;
/** A poll that knows more than the stream counts against the stream only when that has said nothing for this long, ms. */
const quietBeforeOvertaken = 10_000;

/** Keeps the store up to date: the event stream, the polls beside it, and what to do when either fails. */
export class LiveLink {
  private link: LinkState = initialLink(Date.now());
  private source: EventSource | null = null;
  private buffer = new BatchBuffer();
  private drawTimer: ReturnType<typeof setTimeout> | null = null;
  private drawnAt = 0;
  private ticker: ReturnType<typeof setInterval> | null = null;
  private seconds = 0;
  private readonly loader: Loader;

  constructor(private store: Store) {
    this.loader = new Loader(store);
    this.loader.onAnswer = (orders, asked) => this.answered(orders, asked);
  }

  start(): void {
    this.step({ kind: 'start', at: Date.now() });
    this.ticker = setInterval(() => this.tick(), 1000);
    document.addEventListener('visibilitychange', this.woke);
    window.addEventListener('online', this.woke);
  }

  stop(): void {
    if (this.ticker !== null) clearInterval(this.ticker);
    if (this.drawTimer !== null) clearTimeout(this.drawTimer);
    document.removeEventListener('visibilitychange', this.woke);
    window.removeEventListener('online', this.woke);
    this.source?.close();
    this.loader.stop();
  }

  /** Fetches everything again and, where the stream is lost, connects at once, at the reader's wish. */
  reload(): void {
    this.loader.all();
    this.step({ kind: 'woke', at: Date.now() });
  }

  private readonly woke = (): void => {
    if (document.visibilityState === 'visible') this.step({ kind: 'woke', at: Date.now() });
  };

  private step(input: LinkInput): void {
    const [next, actions] = linkStep(this.link, input);
    const before = this.link;
    this.link = next;
    const publishedAt = this.store.get().link.heardAt;
    if (before.phase !== next.phase || before.since !== next.since || next.heardAt - publishedAt >= heardStepMilliseconds) {
      this.publish();
    }
    for (const action of actions) {
      if (action === 'connect') this.connect();
      else if (action === 'probe') void this.probe();
      else if (action === 'status') this.loader.system(true);
      else this.loader.all();
    }
  }

  private publish(): void {
    const { phase, since, heardAt } = this.link;
    this.store.dispatch({ type: 'link', link: { phase, since, heardAt } });
  }

  private connect(): void {
    this.source?.close();
    const source = new EventSource('/api/events');
    this.source = source;
    const on = (name: string, handle: (data: string) => void) =>
      source.addEventListener(name, (event) => {
        this.step({ kind: 'event', at: Date.now() });
        handle((event as MessageEvent<string>).data);
      });
    source.onopen = () => this.step({ kind: 'opened', at: Date.now() });
    source.onerror = () => {
      this.step({ kind: 'broken', at: Date.now(), gaveUp: source.readyState === EventSource.CLOSED });
    };
    on('order', (data) => this.read<OrderView>(data, (order) => this.buffer.addOrder(order)));
    on('stats', (data) => this.read<StatsEvent>(data, (stats) => this.buffer.addStats(stats)));
    on('skipped', (data) => this.read<{ count: number }>(data, ({ count }) => this.buffer.addSkipped(count)));
    on('reset', () => {
      this.buffer.clear();
      this.loader.all(true);
    });
    on('bye', () => {}); // the server is stopping: the stream ends next, and the browser comes back by itself
  }

  private read<Value>(data: string, apply: (value: Value) => void): void {
    let value: Value;
    try {
      value = JSON.parse(data) as Value;
    } catch {
      console.warn('dashboard: an event that is not JSON was left out');
      return;
    }
    apply(value);
    this.scheduleDraw();
  }

  private scheduleDraw(): void {
    if (this.drawTimer !== null) return;
    const wait = Math.max(0, this.drawnAt + drawEveryMilliseconds - Date.now());
    this.drawTimer = setTimeout(() => {
      // A hidden page gets no animation frames; the buffer is then emptied by the timer, which browsers slow down.
      if (document.visibilityState === 'visible') requestAnimationFrame(() => this.draw());
      else this.draw();
    }, wait);
  }

  private draw(): void {
    this.drawTimer = null;
    this.drawnAt = Date.now();
    if (this.buffer.isEmpty) return;
    const batch = this.buffer.take();
    this.store.dispatch({ type: 'live', batch, at: this.drawnAt });
    if (batch.skipped > 0) this.loader.alerts(); // flagged orders may be among those left out
  }

  private tick(): void {
    const at = Date.now();
    this.seconds += 1;
    this.step({ kind: 'tick', at });
    this.store.dispatch({ type: 'tick', at });
    if (!this.link.snapshotAsked) return;
    const factor = document.visibilityState === 'visible' ? 1 : hiddenFactor;
    const due = (every: number) => this.seconds % (every * factor) === 0;
    if (due(pollSeconds.stats)) this.loader.stats();
    if (due(pollSeconds.system)) this.loader.system();
    if (due(pollSeconds.alerts)) this.loader.alerts();
    const streamless = this.link.phase !== 'live';
    if (due(streamless ? pollSeconds.stats : pollSeconds.series)) this.loader.series();
    if (streamless && due(pollSeconds.stats)) this.loader.feed(false);
  }

  /** A poll succeeded. Fewer orders than known means other data than before: nothing known counts any more. */
  private answered(orders: number | null, asked: number): void {
    const at = Date.now();
    const known = this.store.get().totals;
    const change = orders === null || known.value === null ? 0 : orders - known.value.orders;
    const quiet = at - this.link.eventAt > quietBeforeOvertaken;
    this.step({ kind: 'polled', at, ahead: quiet && change > 0 });
    if (change < 0 && known.at !== null && known.at < asked) {
      this.buffer.clear();
      this.loader.feed(true);
      this.loader.alerts(true);
      this.loader.series();
    }
  }

  private async probe(): Promise<void> {
    const alive = await api.alive(probeTimeoutMilliseconds);
    this.step({ kind: 'probed', at: Date.now(), alive });
  }
}
