import { useEffect, useState, type PointerEvent } from 'react';
import { useAppState, useDispatch, useReload } from '../../hooks/useAppState';
import { useNow } from '../../hooks/useNow';
import { ProblemNote, Skeleton } from '../common/Notes';
import { liveFeedId } from './FeedNote';
import { FirstSteps } from './FirstSteps';
import { OrderTable } from './OrderTable';

interface LiveFeedProps {
  paused: boolean;
  selected: string | null;
  onOpen: (id: number) => void;
  onSend: () => void;
}

/** New orders flow in on top. Pointing at it, scrolling down or a focus inside holds it still, so nothing slips away. */
export function LiveFeed({ paused, selected, onOpen, onSend }: LiveFeedProps) {
  const rows = useAppState((state) => state.feed.rows);
  const loaded = useAppState((state) => state.feed.loaded);
  const problem = useAppState((state) => state.feedProblem.problem);
  const dispatch = useDispatch();
  const reload = useReload();
  const now = useNow(60_000);
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  const [scrolled, setScrolled] = useState(false);
  const held = paused || pointed || focused || scrolled;

  useEffect(() => {
    dispatch({ type: 'hold', held, at: Date.now() });
  }, [held, dispatch]);
  useEffect(() => () => dispatch({ type: 'hold', held: false, at: Date.now() }), [dispatch]);

  const point = (event: PointerEvent) => event.pointerType === 'mouse' && setPointed(event.type === 'pointerenter');
  const empty = loaded && rows.length === 0;
  return (
    <>
      {problem !== null && <ProblemNote problem={problem} what="Orders" onRetry={reload} />}
      {!loaded && problem === null && rows.length === 0 && <Skeleton lines={12} />}
      {empty && <FirstSteps onSend={onSend} />}
      {rows.length > 0 && (
        <div
          id={liveFeedId} className="scroll fill" tabIndex={0} role="region" aria-label="Live orders, newest first"
          onPointerEnter={point} onPointerLeave={point}
          onFocus={(event) => setFocused(event.target.matches(':focus-visible'))}
          onBlur={() => setFocused(false)}
          onScroll={(event) => setScrolled(event.currentTarget.scrollTop > 8)}
        >
          <OrderTable rows={rows} selected={selected} now={now} onOpen={onOpen} />
        </div>
      )}
    </>
  );
}
