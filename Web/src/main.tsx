import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { StoreContext } from './hooks/useAppState';
import { LiveLink } from './live/liveLink';
import { initialState } from './state/state';
import { Store } from './state/store';

const store = new Store(initialState(Date.now()));
const live = new LiveLink(store);
live.start();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <StoreContext.Provider value={{ store, reload: () => live.reload() }}>
      <App />
    </StoreContext.Provider>
  </StrictMode>,
);
