import { useTheme } from '../../hooks/useTheme';
import { nextTheme } from '../../hooks/themeChoice';
import { Icon, type IconName } from '../common/Icon';

const icons: Record<string, IconName> = { system: 'system', light: 'sun', dark: 'moon' };

export function ThemeButton() {
  const [choice, advance] = useTheme();
  const label = `Theme: ${choice}. Switch to ${nextTheme(choice)}.`;
  return (
    <button type="button" className="button button-icon" onClick={advance} aria-label={label} title={label}>
      <Icon name={icons[choice]!} />
    </button>
  );
}
