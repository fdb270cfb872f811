import type { AlertView, CountryStats, SystemView, Totals } from '../wire/types';
import type { LinkPhase } from '../live/link';
import { emptyFeed, type FeedState } from './feed';
import { nothingLoaded, type Loadable } from './loadable';
import type { RateSample } from './rate';
import type { SeriesPoint } from './series';
import { emptyProblemLog, type ProblemLog } from './systemProblems';

/** Everything the page shows of the platform. Changed only by `reduce`. */
export interface AppState {
  link: LinkView;
  totals: Loadable<Totals>;
  samples: RateSample[];
  /** The hour as a snapshot gave it, kept up by the stream. */
  series: Loadable<SeriesPoint[]>;
  /** Minutes that the stream brought before there was a snapshot: not the hour, so not shown yet. */
  earlyPoints: SeriesPoint[];
  countries: Loadable<CountryStats[]>;
  feed: FeedState;
  /** The failure of loading the feed's first page, if that is where it stands. */
  feedProblem: Loadable<true>;
  alerts: Loadable<AlertView[]>;
  system: Loadable<SystemView>;
  /** What is wrong with the platform, from one status to the next. */
  problems: ProblemLog;
  skipped: SkippedNote | null;
  /** Server clock minus local clock, ms. */
  clockOffset: number;
}

export interface LinkView {
  phase: LinkPhase;
  /** When the phase began, local ms. */
  since: number;
  /** When the server was last heard of: an event, a poll, a probe. */
  heardAt: number;
}

export interface SkippedNote {
  /** Updates left out since `since`. */
  count: number;
  since: number;
  at: number;
}

export function initialState(at: number): AppState {
  return {
    link: { phase: 'connecting', since: at, heardAt: at },
    totals: nothingLoaded(),
    samples: [],
    series: nothingLoaded(),
    earlyPoints: [],
    countries: nothingLoaded(),
    feed: emptyFeed,
    feedProblem: nothingLoaded(),
    alerts: nothingLoaded(),
    system: nothingLoaded(),
    problems: emptyProblemLog,
    skipped: null,
    clockOffset: 0,
  };
}
