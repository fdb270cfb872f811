import { useId, useState, type FormEvent } from 'react';
import { useSession } from '../../hooks/useSession';
import { ApiError } from '../../wire/api';
import { unreachable, type Problem } from '../../wire/problem';
import { ProblemNote } from '../common/Notes';
import { Brand } from '../layout/Brand';

/** Takes an API key. The key goes to the server once, and is kept by nothing here. */
export function SignInPage({ wasIn }: { wasIn: boolean }) {
  const [, session] = useSession();
  const [credential, setCredential] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [sending, setSending] = useState(false);
  const id = useId();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSending(true);
    setProblem(null);
    try {
      await session.signIn(credential.trim());
    } catch (error) {
      setProblem(error instanceof ApiError ? error.problem : { ...unreachable(false), detail: String(error) });
      setSending(false);
    }
  };

  return (
    <main className="sign-in" id="main" data-page="sign-in">
      <form className="sign-in-card" noValidate onSubmit={(event) => void submit(event)}>
        <Brand />
        <p className="sign-in-intro">
          {wasIn ? 'You were signed out: the session has ended, or its key was revoked.' : 'Sign in to see orders, payments and alerts.'}
        </p>
        <div className="field">
          <label htmlFor={id}>API key</label>
          <input
            id={id} name="credential" type="password" className="input" value={credential}
            autoComplete="current-password" spellCheck={false} aria-invalid={problem !== null}
            aria-describedby={`${id}-hint`} onChange={(event) => setCredential(event.target.value)}
          />
          <span className="field-hint" id={`${id}-hint`}>
            It begins with ord_. Whoever operates the platform makes one with <code>orders keys add</code>.
          </span>
        </div>
        {problem !== null && <ProblemNote what="Not signed in" problem={problem} />}
        <button type="submit" className="button button-primary" disabled={sending || credential.trim() === ''}>
          {sending ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
    </main>
  );
}
