import { reduce, type Action } from './reducer';
import type { AppState } from './state';

/** Holds the state outside React, so that the stream can write to it without a component. */
export class Store {
  private listeners = new Set<() => void>();

  constructor(private state: AppState) {}

  readonly get = (): AppState => this.state;

  readonly dispatch = (action: Action): void => {
    const next = reduce(this.state, action);
    if (next === this.state) return;
    this.state = next;
    for (const listener of this.listeners) listener();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}
