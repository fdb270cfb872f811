import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Action } from '../state/reducer';
import type { AppState } from '../state/state';
import type { Store } from '../state/store';

export interface StoreHandle {
  store: Store;
  /** Fetches everything again. */
  reload: () => void;
}

export const StoreContext = createContext<StoreHandle | null>(null);

function useHandle(): StoreHandle {
  const handle = useContext(StoreContext);
  if (handle === null) throw new Error('StoreContext is missing');
  return handle;
}

/** A part of the state; the component is drawn again only when that part changes. */
export function useAppState<Part>(select: (state: AppState) => Part): Part {
  const { store } = useHandle();
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}

export function useDispatch(): (action: Action) => void {
  return useHandle().store.dispatch;
}

export function useReload(): () => void {
  return useHandle().reload;
}
