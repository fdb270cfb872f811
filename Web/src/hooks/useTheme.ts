import { useCallback, useState } from 'react';
import { applyTheme, nextTheme, storedTheme, storeTheme, type ThemeChoice } from './themeChoice';

export function useTheme(): [ThemeChoice, () => void] {
  const [choice, setChoice] = useState<ThemeChoice>(storedTheme);
  const advance = useCallback(() => {
    const next = nextTheme(choice);
    storeTheme(next);
    applyTheme(next);
    setChoice(next);
  }, [choice]);
  return [choice, advance];
}
