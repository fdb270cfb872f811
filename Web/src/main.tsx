import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { Gate } from './components/session/Gate';
import { StoreContext } from './hooks/useAppState';
import { SessionContext } from './hooks/useSession';
import { LiveLink } from './live/liveLink';
import { Session } from './session/session';
import { initialState } from './state/state';
import { Store } from './state/store';

const store = new Store(initialState(Date.now()));
const live = new LiveLink(store);
const session = new Session();
// Asked first: a page that is not let in asks for nothing else.
async function begin(): Promise<void> {
  await session.begin();
  if (session.get().kind !== 'out') live.start();
}

session.onOut = () => live.stop();
void begin();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <SessionContext.Provider value={session}>
      <StoreContext.Provider value={{ store, reload: () => live.reload() }}>
        <Gate>
          <App />
        </Gate>
      </StoreContext.Provider>
    </SessionContext.Provider>
  </StrictMode>,
);
