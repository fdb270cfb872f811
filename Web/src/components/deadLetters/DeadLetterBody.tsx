import { Fragment } from 'react';
import { plainWords } from '../../format/labels';
import { plural } from '../../format/number';
import { formatFull } from '../../format/time';
import { decisionCommand } from '../../state/deadLetters';
import type { DeadLetter } from '../../wire/deadLetters';
import { CopyButton } from '../order/CopyButton';
import { Facts } from '../order/Facts';
import { DeadLetterValue } from './DeadLetterValue';

/** One dead letter in full: the record, where it comes from, and the commands that decide on it. */
export function DeadLetterBody({ letter, bootstrap }: { letter: DeadLetter; bootstrap: string | undefined }) {
  return (
    <div className="letter-body">
      <DeadLetterValue letter={letter} />
      <Facts facts={factsOf(letter)} />
      {letter.state === 'open' && (
        <div className="letter-commands">
          <Command
            text={decisionCommand('replay', letter.id, bootstrap)} label="Copy the command that replays it"
            meaning="To process it again, once the cause is mended"
          />
          <Command
            text={decisionCommand('discard', letter.id, bootstrap)} label="Copy the command that discards it"
            meaning="To leave it unprocessed, for good"
          />
        </div>
      )}
    </div>
  );
}

function Command({ text, label, meaning }: { text: string; label: string; meaning: string }) {
  return (
    <div className="command">
      <p className="command-meaning">{meaning}</p>
      <div className="command-line">
        <code className="command-text" tabIndex={0}>
          {text.split(' ').map((word, index) => <Fragment key={index}>{index > 0 && ' '}<span>{word}</span></Fragment>)}
        </code>
        <CopyButton text={text} label={label} />
      </div>
    </div>
  );
}

function factsOf(letter: DeadLetter): [name: string, value: string][] {
  const { origin } = letter;
  const facts: [string, string][] = [
    ['Id', letter.id],
    ['Origin', `${letter.topic}, partition ${origin.partition}, offset ${origin.offset}`],
  ];
  if (origin.key !== null && origin.key !== undefined) facts.push(['Key', origin.key]);
  if (origin.timestamp) facts.push(['Written', formatFull(origin.timestamp)]);
  facts.push(['Failed', `${formatFull(letter.failed_at)}, in ${letter.group}`]);
  facts.push(['Attempts', letter.attempts === 0 ? 'Never replayed' : `Failed again after ${plural(letter.attempts, 'replay')}`]);
  if (letter.decided_at) facts.push([plainWords(letter.state), formatFull(letter.decided_at)]);
  return facts;
}
