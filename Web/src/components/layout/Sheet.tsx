import { useEffect, useId, useRef, type ReactNode } from 'react';
import { Icon } from '../common/Icon';

interface SheetProps {
  title: ReactNode;
  /** What the sheet is about: when it changes, the sheet takes the focus again. */
  subject: string;
  onClose: () => void;
  /** Room for a list. */
  wide?: boolean;
  children: ReactNode;
}

/** A panel at the right edge. Not modal: the page behind it lives on and can be used. Escape closes it. */
export function Sheet({ title, subject, onClose, wide = false, children }: SheetProps) {
  const heading = useId();
  const sheet = useRef<HTMLElement>(null);
  const opener = useRef<Element | null>(null);
  const close = useRef(onClose);
  close.current = onClose;

  useEffect(() => {
    const active = document.activeElement;
    // Only a reader at the keyboard is brought back to where they were; after a click the focus would just hold the feed.
    if (sheet.current?.contains(active) !== true) opener.current = active?.matches(':focus-visible') ? active : null;
    sheet.current?.focus();
  }, [subject]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') close.current();
    };
    addEventListener('keydown', onKey);
    return () => {
      removeEventListener('keydown', onKey);
      // Back to what opened it, if that is still on the page.
      const { current } = opener;
      if (current instanceof HTMLElement && current.isConnected) current.focus({ preventScroll: true });
    };
  }, []);

  return (
    <aside className={`sheet ${wide ? 'sheet-wide' : ''}`} role="dialog" aria-labelledby={heading} tabIndex={-1} ref={sheet}>
      <header className="sheet-head">
        <h2 className="sheet-title" id={heading}>{title}</h2>
        <button type="button" className="button button-icon" onClick={onClose} aria-label="Close">
          <Icon name="close" />
        </button>
      </header>
      <div className="sheet-body">{children}</div>
    </aside>
  );
}
