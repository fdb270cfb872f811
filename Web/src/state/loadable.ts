import type { Problem } from '../wire/problem';

/** A value fetched from the server: what was last known, when, and what went wrong since. */
export interface Loadable<Value> {
  value: Value | null;
  /** Local time (ms) at which `value` was received; null while there is none. */
  at: number | null;
  /** The latest attempt's failure; null once one succeeds. */
  problem: Problem | null;
}

export function nothingLoaded<Value>(): Loadable<Value> {
  return { value: null, at: null, problem: null };
}

export function loaded<Value>(value: Value, at: number): Loadable<Value> {
  return { value, at, problem: null };
}

/** Keeps the last known value: it is shown with its age beside the failure. */
export function failed<Value>(current: Loadable<Value>, problem: Problem): Loadable<Value> {
  return { ...current, problem };
}
