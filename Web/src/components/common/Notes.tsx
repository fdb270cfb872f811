import type { ReactNode } from 'react';
import type { Problem } from '../../wire/problem';
import { Icon } from './Icon';

/** A request that failed, with a way to try again. */
export function ProblemNote({ problem, what, onRetry }: { problem: Problem; what: string; onRetry?: () => void }) {
  return (
    <div className="note note-bad" role="alert">
      <Icon name="warning" />
      <div className="note-text">
        <strong>{what}: {lowerFirst(problem.title)}</strong>
        <span>{problem.detail}</span>
      </div>
      {onRetry !== undefined && (
        <button type="button" className="button button-small" onClick={onRetry}>Try again</button>
      )}
    </div>
  );
}

export function EmptyNote({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}

/** Grey lines in the place of what is still on its way. */
export function Skeleton({ lines, className = '' }: { lines: number; className?: string }) {
  return (
    <div className={`skeleton ${className}`} role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => <span key={index} className="skeleton-line" />)}
    </div>
  );
}

function lowerFirst(text: string): string {
  return text === '' ? text : text[0]!.toLowerCase() + text.slice(1);
}
