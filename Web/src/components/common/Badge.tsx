import type { ReactNode } from 'react';
import type { Tone } from '../../format/labels';

/** A word that stands out. Quiet tones are plain text: in a dense table only exceptions should catch the eye. */
export function Badge({ tone, children, title }: { tone: Tone; children: ReactNode; title?: string }) {
  return <span className={`badge badge-${tone}`} title={title}>{children}</span>;
}

/** A state with a dot in its colour; the word carries the meaning. */
export function StateDot({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={`state state-${tone}`}>
      <span className="state-dot" aria-hidden="true" />
      {children}
    </span>
  );
}
