import { applyTheme, storedTheme } from './hooks/themeChoice';

// Runs before the first paint, so that a chosen theme does not flash.
applyTheme(storedTheme());
