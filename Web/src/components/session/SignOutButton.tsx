import { useSession } from '../../hooks/useSession';
import { Icon } from '../common/Icon';

/** Who is signed in, and the way out; nothing where nobody has to be. */
export function SignOutButton() {
  const [state, session] = useSession();
  if (state.kind !== 'in' || state.session.authentication !== 'required') return null;
  const { name, scopes } = state.session;
  return (
    <button
      type="button" className="button" data-action="sign-out" title={`Signed in as ${name} (${scopes.join(', ')})`}
      onClick={() => void session.signOut()}
    >
      <Icon name="signOut" />
      <span className="wide-only">Sign out</span>
    </button>
  );
}
