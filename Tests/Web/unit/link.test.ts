import { backoff, initialLink, linkStep, type LinkAction, type LinkInput, type LinkState } from '../../../Web/src/live/link';
import { equal, isTrue, test } from './harness';

function run(inputs: LinkInput[], from: LinkState = initialLink(0)): [LinkState, LinkAction[]] {
  let state = from;
  const actions: LinkAction[] = [];
  for (const input of inputs) {
    const [next, todo] = linkStep(state, input);
    state = next;
    actions.push(...todo);
  }
  return [state, actions];
}

const [live] = run([{ kind: 'start', at: 0 }, { kind: 'opened', at: 100 }]);

test('the page connects first and takes its snapshot once the stream is open', () => {
  const [state, actions] = run([{ kind: 'start', at: 0 }, { kind: 'opened', at: 100 }]);
  equal(actions, ['connect', 'reload']);
  equal(state.phase, 'live');
});

test('a stream that is slow to open does not hold back the snapshot', () => {
  const [, actions] = run([{ kind: 'start', at: 0 }, { kind: 'tick', at: 1000 }, { kind: 'tick', at: 2000 }, { kind: 'tick', at: 3000 }]);
  equal(actions, ['connect', 'reload']);
});

test('a broken stream is said to be reconnecting since it broke, not since the last attempt', () => {
  const [state] = run([{ kind: 'broken', at: 5000, gaveUp: false }, { kind: 'broken', at: 7000, gaveUp: false }], live);
  equal(state.phase, 'reconnecting');
  equal(state.since, 5000);
});

test('while the browser tries by itself no second connection is made', () => {
  const [, actions] = run([{ kind: 'broken', at: 5000, gaveUp: false }, { kind: 'tick', at: 9000 }], live);
  equal(actions, ['status']);
});

test('a browser that gave up is replaced, with growing pauses', () => {
  const [first, actions] = run([{ kind: 'broken', at: 5000, gaveUp: true }, { kind: 'tick', at: 6000 }], live);
  equal(actions, ['status', 'connect']);
  const [, early] = run([{ kind: 'broken', at: 6100, gaveUp: true }, { kind: 'tick', at: 7200 }], first);
  equal(early, []);
  equal([1, 2, 3, 4, 5, 6, 100].map(backoff), [1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
});

test('reopening takes a new snapshot', () => {
  const [state, actions] = run([{ kind: 'broken', at: 5000, gaveUp: false }, { kind: 'opened', at: 8000 }], live);
  equal(state.phase, 'live');
  equal(actions, ['status', 'reload']);
});

test('a quiet stream is asked about, once at a time', () => {
  const [, actions] = run([{ kind: 'tick', at: 10_000 }, { kind: 'tick', at: 21_000 }, { kind: 'tick', at: 22_000 }], live);
  equal(actions, ['probe']);
});

test('a server that answers keeps the quiet stream live', () => {
  const [state] = run([{ kind: 'tick', at: 21_000 }, { kind: 'probed', at: 21_050, alive: true }], live);
  equal(state.phase, 'live');
  equal(state.heardAt, 21_050);
});

test('a server that does not answer ends the pretence and leads to a new connection', () => {
  const [state, actions] = run([
    { kind: 'tick', at: 21_000 }, { kind: 'probed', at: 25_000, alive: false }, { kind: 'tick', at: 26_000 },
  ], live);
  equal(state.phase, 'reconnecting');
  equal(actions, ['probe', 'status', 'connect']);
});

test('a stream that polls overtake twice is stuck and is replaced', () => {
  const [once, none] = run([{ kind: 'polled', at: 15_000, ahead: true }], live);
  equal(none, []);
  isTrue(once.phase === 'live', 'one could be a coincidence');
  const [stuck, actions] = run([{ kind: 'polled', at: 20_000, ahead: true }], once);
  equal(actions, ['connect']);
  equal(stuck.phase, 'reconnecting');
});

test('an event in between clears the suspicion with the next poll', () => {
  const [, actions] = run([
    { kind: 'polled', at: 15_000, ahead: true }, { kind: 'event', at: 16_000 },
    { kind: 'polled', at: 20_000, ahead: false }, { kind: 'polled', at: 25_000, ahead: true },
  ], live);
  equal(actions, []);
});

test('a poll that works while the stream is broken is a sign of life, but not the stream', () => {
  const [state, actions] = run([{ kind: 'broken', at: 5000, gaveUp: false }, { kind: 'polled', at: 9000, ahead: true }], live);
  equal(state.phase, 'reconnecting');
  equal(state.heardAt, 9000);
  equal(actions, ['status']);
});

test('waking while disconnected tries at once', () => {
  const [, actions] = run([{ kind: 'broken', at: 5000, gaveUp: true }, { kind: 'woke', at: 5100 }], live);
  equal(actions, ['status', 'connect']);
});

test('a stream that breaks has the status asked for at once, and a server that hangs is noticed in seconds', () => {
  const [broken, asked] = run([{ kind: 'broken', at: 5000, gaveUp: false }, { kind: 'broken', at: 7000, gaveUp: false }], live);
  equal([asked, broken.phase], [['status'], 'reconnecting']);
  const [, probed] = run([{ kind: 'event', at: 4000 }, { kind: 'tick', at: 5000 }, { kind: 'tick', at: 6000 }], live);
  equal(probed, ['probe']);
});
