import { Icon } from '../common/Icon';
import { SignOutButton } from '../session/SignOutButton';
import { Brand } from './Brand';
import { LinkPill } from './LinkPill';
import { SystemPill } from './SystemPill';
import { ThemeButton } from './ThemeButton';

export function Header({ onSend }: { onSend: () => void }) {
  return (
    <header className="header">
      <Brand />
      <div className="header-state">
        <LinkPill />
        <SystemPill />
      </div>
      <div className="header-actions">
        <button type="button" className="button" onClick={onSend}>
          <Icon name="send" />
          <span className="wide-only">Send a test order</span>
          <span className="narrow-only">Test order</span>
        </button>
        <ThemeButton />
        <SignOutButton />
      </div>
    </header>
  );
}
