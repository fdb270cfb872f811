/**
 * The live connection as a state machine: what happened goes in, what to do comes out.
 * No socket, timer or clock is touched here; `LiveLink` performs the actions.
 */

export type LinkPhase = 'connecting' | 'live' | 'reconnecting';

export interface LinkState {
  phase: LinkPhase;
  /** When the phase began, local ms. */
  since: number;
  /** The last event or successful probe on or beside the stream. */
  heardAt: number;
  /** The last event on the stream itself. */
  eventAt: number;
  /** Connections made without one opening. */
  attempts: number;
  /** When to make a connection of our own, the browser having given up or being silent. */
  retryAt: number | null;
  probing: boolean;
  /** Polls in a row that knew more than the stream had brought. */
  overtaken: number;
  /** Whether the snapshot was asked for since the start. */
  snapshotAsked: boolean;
}

export type LinkInput =
  | { kind: 'start'; at: number }
  | { kind: 'opened'; at: number }
  | { kind: 'event'; at: number }
  /** `gaveUp`: the browser will not try again by itself. */
  | { kind: 'broken'; at: number; gaveUp: boolean }
  | { kind: 'tick'; at: number }
  | { kind: 'probed'; at: number; alive: boolean }
  /** A poll succeeded; `ahead`: it knew of orders that the stream had not brought. */
  | { kind: 'polled'; at: number; ahead: boolean }
  /** The page became visible or the network came back. */
  | { kind: 'woke'; at: number };

/** `status`: ask for the platform's status now, so that an old one does not stand. */
export type LinkAction = 'connect' | 'probe' | 'reload' | 'status';

/** Keep-alive comments come every 15 s but a page can't see them: quiet for longer than this is asked about. A server that hangs is noticed so soon. */
const quietMilliseconds = 2_000;
/** The snapshot is not put off longer than this for a stream that is slow to open. */
const snapshotPatienceMilliseconds = 1_500;
/** The browser's own attempts get this long before ours replace them. */
const browserPatienceMilliseconds = 15_000;
const overtakenLimit = 2;
const backoffMilliseconds = [1_000, 2_000, 4_000, 8_000, 15_000];

export function initialLink(at: number): LinkState {
  return {
    phase: 'connecting', since: at, heardAt: at, eventAt: at, attempts: 0, retryAt: null,
    probing: false, overtaken: 0, snapshotAsked: false,
  };
}

/** Wait before attempt number `attempts` (1…), ms. */
export function backoff(attempts: number): number {
  const index = Math.min(Math.max(attempts, 1), backoffMilliseconds.length) - 1;
  return backoffMilliseconds[index]!;
}

export function linkStep(state: LinkState, input: LinkInput): [LinkState, LinkAction[]] {
  switch (input.kind) {
    case 'start':
      return [{ ...initialLink(input.at), retryAt: input.at + browserPatienceMilliseconds }, ['connect']];
    case 'opened':
      // Whatever happened between the snapshot and the stream's first event is in the snapshot taken now.
      return [
        {
          ...heard(state, input.at), phase: 'live', since: input.at, eventAt: input.at,
          attempts: 0, retryAt: null, snapshotAsked: true,
        },
        ['reload'],
      ];
    case 'event':
      return [{ ...heard(state, input.at), eventAt: input.at }, []];
    case 'broken':
      return [broken(state, input.at, input.gaveUp), state.phase === 'live' ? ['status'] : []];
    case 'probed':
      return probed({ ...state, probing: false }, input.at, input.alive);
    case 'polled':
      return polled(state, input.at, input.ahead);
    case 'woke':
      return state.phase === 'live' ? probe(state) : reconnect(state, input.at);
    case 'tick':
      return tick(state, input.at);
  }
}

function tick(state: LinkState, at: number): [LinkState, LinkAction[]] {
  if (state.phase === 'live') {
    return at - state.heardAt >= quietMilliseconds ? probe(state) : [state, []];
  }
  if (!state.snapshotAsked && at - state.since >= snapshotPatienceMilliseconds) {
    return [{ ...state, snapshotAsked: true }, ['reload']];
  }
  return state.retryAt !== null && at >= state.retryAt ? reconnect(state, at) : [state, []];
}

function probe(state: LinkState): [LinkState, LinkAction[]] {
  return state.probing ? [state, []] : [{ ...state, probing: true }, ['probe']];
}

function probed(state: LinkState, at: number, alive: boolean): [LinkState, LinkAction[]] {
  if (alive) return [heard(state, at), []];
  return state.phase === 'live' ? [broken(state, at, true), ['status']] : [state, []];
}

/** Polls that keep knowing more than the stream mean that it is stuck though it looks open. */
function polled(state: LinkState, at: number, ahead: boolean): [LinkState, LinkAction[]] {
  if (state.phase !== 'live') return [heard(state, at), []];
  const overtaken = ahead ? state.overtaken + 1 : 0;
  const next = { ...heard(state, at), overtaken };
  return overtaken >= overtakenLimit ? reconnect(broken(next, at, true), at) : [next, []];
}

function broken(state: LinkState, at: number, gaveUp: boolean): LinkState {
  const attempts = state.attempts + 1;
  const due = at + (gaveUp ? backoff(attempts) : browserPatienceMilliseconds);
  const first = state.phase !== 'reconnecting';
  return {
    ...state,
    phase: state.phase === 'connecting' && !gaveUp && attempts < 2 ? 'connecting' : 'reconnecting',
    since: first ? at : state.since,
    attempts,
    retryAt: gaveUp || state.retryAt === null ? due : state.retryAt,
    overtaken: 0,
  };
}

function reconnect(state: LinkState, at: number): [LinkState, LinkAction[]] {
  return [{ ...state, retryAt: at + browserPatienceMilliseconds, overtaken: 0 }, ['connect']];
}

function heard(state: LinkState, at: number): LinkState {
  return { ...state, heardAt: Math.max(state.heardAt, at) };
}
