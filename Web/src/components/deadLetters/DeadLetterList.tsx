import { useState } from 'react';
import { plainWords, type Tone } from '../../format/labels';
import { formatFull, formatWhen } from '../../format/time';
import { useNow } from '../../hooks/useNow';
import type { DeadLetter } from '../../wire/deadLetters';
import { Badge } from '../common/Badge';
import { Icon } from '../common/Icon';
import { DeadLetterBody } from './DeadLetterBody';

const tones: Record<string, Tone> = { open: 'warn', replayed: 'good', discarded: 'quiet' };

interface DeadLetterListProps {
  letters: DeadLetter[];
  bootstrap: string | undefined;
  /** Whether they differ in what was decided. */
  showState: boolean;
}

/** The letters, each with its reason; one opens to everything that is known of it. */
export function DeadLetterList({ letters, bootstrap, showState }: DeadLetterListProps) {
  const [open, setOpen] = useState<string | null>(null);
  const now = useNow(60_000);
  return (
    <ul className="letters">
      {letters.map((letter) => {
        const expanded = open === letter.id;
        return (
          <li key={letter.id} className={`letter ${expanded ? 'is-open' : ''}`} data-letter={letter.id}>
            <button type="button" className="letter-head" aria-expanded={expanded} onClick={() => setOpen(expanded ? null : letter.id)}>
              <span className={`chevron ${expanded ? 'is-open-right' : ''}`}><Icon name="chevronRight" /></span>
              <span className={`letter-reason ${expanded ? '' : 'clip'}`}>{letter.reason || plainWords(letter.code)}</span>
              <time className="letter-time" dateTime={letter.failed_at} title={formatFull(letter.failed_at)}>
                {formatWhen(letter.failed_at, now)}
              </time>
              <span className="letter-place clip">
                <code>{letter.code}</code> · {letter.topic} · {letter.group}
                {typeof letter.origin?.key === 'string' && ` · key ${letter.origin.key}`}
              </span>
              <span className="letter-state">
                {letter.attempts > 0 && <Badge tone="bad" title="It had been replayed and failed again">{failedAgain(letter.attempts)}</Badge>}
                {showState && <Badge tone={tones[letter.state] ?? 'quiet'}>{plainWords(letter.state)}</Badge>}
              </span>
            </button>
            {expanded && <DeadLetterBody letter={letter} bootstrap={bootstrap} />}
          </li>
        );
      })}
    </ul>
  );
}

function failedAgain(attempts: number): string {
  return attempts === 1 ? 'Failed again' : `Failed again ${attempts}×`;
}
