import { api, ApiError, whenUnauthenticated } from '../wire/api';
import type { SessionView } from '../wire/types';

export type SessionState =
  /** Not yet answered, or a server that cannot be reached: the page says so itself. */
  | { kind: 'unknown' }
  | { kind: 'in'; session: SessionView }
  /** Credentials are asked for, and there are none or no longer. */
  | { kind: 'out'; wasIn: boolean };

/** Who is signed in. Every answer 401, whoever asked, ends it. */
export class Session {
  private state: SessionState = { kind: 'unknown' };
  private listeners = new Set<() => void>();
  onOut: () => void = () => {};

  readonly get = (): SessionState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Asks the server once; what else fails is for the page to show. */
  async begin(): Promise<void> {
    whenUnauthenticated(() => this.out());
    try {
      this.set({ kind: 'in', session: (await api.session()).value });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** Throws `ApiError` where the credential is not taken. */
  async signIn(credential: string): Promise<void> {
    await api.signIn(credential);
    // Begins again with the cookie: nothing of an earlier reader stays on the page.
    location.reload();
  }

  async signOut(): Promise<void> {
    await api.signOut();
    location.reload();
  }

  private out(): void {
    if (this.state.kind === 'out') return;
    this.set({ kind: 'out', wasIn: this.state.kind === 'in' });
    this.onOut();
  }

  private set(state: SessionState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
