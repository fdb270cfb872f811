import { useId, type ReactNode } from 'react';

interface PanelProps {
  title: string;
  /** Beside the title: an age, a count. */
  note?: ReactNode;
  actions?: ReactNode;
  className?: string;
  id?: string;
  children: ReactNode;
}

/** A titled region of the page. */
export function Panel({ title, note, actions, className = '', id, children }: PanelProps) {
  const heading = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={heading} id={id}>
      <header className="panel-head">
        <h2 className="panel-title" id={heading}>{title}</h2>
        {note !== undefined && <div className="panel-note">{note}</div>}
        {actions !== undefined && <div className="panel-actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}
