import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Session, SessionState } from '../session/session';

export const SessionContext = createContext<Session | null>(null);

export function useSession(): [SessionState, Session] {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('SessionContext is missing');
  return [useSyncExternalStore(session.subscribe, session.get), session];
}
