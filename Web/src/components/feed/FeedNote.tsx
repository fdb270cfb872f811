import { formatCount, plural } from '../../format/number';
import { useAppState, useDispatch } from '../../hooks/useAppState';
import { feedLimit } from '../../state/feed';
import { useNow } from '../../hooks/useNow';

/** The scrolling part of the live feed. */
export const liveFeedId = 'live-feed';

/** How long a note about left-out updates stays after the last one, ms. */
const skippedNoteMilliseconds = 30_000;

/** Whether the feed moves, what waits, and what the server left out under load. */
export function FeedNote({ paused }: { paused: boolean }) {
  const now = useNow();
  const dispatch = useDispatch();
  const held = useAppState((state) => state.feed.held);
  const waiting = useAppState((state) => state.feed.waitingCount);
  const skipped = useAppState((state) => state.skipped);

  const show = () => {
    dispatch({ type: 'release', at: Date.now() });
    document.getElementById(liveFeedId)?.scrollTo({ top: 0 });
  };
  if (held) {
    return (
      <span className="feed-note">
        <span className="warn-text" title="It stands still while you point at it, have scrolled down or have the focus in it">{paused ? 'Paused' : 'On hold'}</span>
        {waiting > 0 && (
          <button type="button" className="link-button" onClick={show}>
            Show {waiting > feedLimit ? `${feedLimit}+ new orders` : plural(waiting, 'new order')}
          </button>
        )}
      </span>
    );
  }
  if (skipped !== null && now - skipped.at < skippedNoteMilliseconds) {
    return (
      <span className="feed-note" title="Only the latest state of an order is sent when they change faster than can be shown. Totals count all of them.">
        Busy: {formatCount(skipped.count)} updates not shown
      </span>
    );
  }
  return null;
}
