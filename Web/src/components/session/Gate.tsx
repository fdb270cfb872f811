import type { ReactNode } from 'react';
import { useSession } from '../../hooks/useSession';
import { SignInPage } from './SignInPage';

/** The dashboard, or the way in where credentials are asked for. */
export function Gate({ children }: { children: ReactNode }) {
  const [state] = useSession();
  return state.kind === 'out' ? <SignInPage wasIn={state.wasIn} /> : <>{children}</>;
}
