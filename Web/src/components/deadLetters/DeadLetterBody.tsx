import { Fragment } from 'react';
import { bytesOfBase64, hex } from '../../format/bytes';
import { plainWords } from '../../format/labels';
import { plural } from '../../format/number';
import { formatFull } from '../../format/time';
import { decisionsOn } from '../../state/deadLetters';
import type { DeadLetter } from '../../wire/deadLetters';
import { CopyButton } from '../order/CopyButton';
import { Facts } from '../order/Facts';
import { DeadLetterValue } from './DeadLetterValue';

/** One dead letter in full: the record, where it comes from, and the commands that decide on it. */
export function DeadLetterBody({ letter, bootstrap }: { letter: DeadLetter; bootstrap: string | undefined }) {
  const decisions = decisionsOn(letter, bootstrap);
  return (
    <div className="letter-body">
      <DeadLetterValue letter={letter} />
      <Facts facts={factsOf(letter)} />
      {decisions.length > 0 && (
        <div className="letter-commands">
          {decisions.map(({ meaning, command }) => <Command key={meaning} text={command} meaning={meaning} />)}
        </div>
      )}
    </div>
  );
}

function Command({ text, meaning }: { text: string; meaning: string }) {
  return (
    <div className="command">
      <p className="command-meaning">{meaning}</p>
      <div className="command-line">
        <code className="command-text" tabIndex={0}>
          {text.split(' ').map((word, index) => <Fragment key={index}>{index > 0 && ' '}<span>{word}</span></Fragment>)}
        </code>
        <CopyButton text={text} label="Copy the command" />
      </div>
    </div>
  );
}

function factsOf(letter: DeadLetter): [name: string, value: string][] {
  const { origin } = letter;
  const facts: [string, string][] = [['Id', letter.id]];
  if (origin) {
    facts.push(['Origin', `${origin.topic ?? letter.topic}, partition ${origin.partition}, offset ${origin.offset}`]);
    if (typeof origin.key === 'string') facts.push(['Key', origin.key]);
    else if (origin.key_base64) facts.push(['Key', `${hex(bytesOfBase64(origin.key_base64))} (bytes, not UTF-8)`]);
    if (origin.timestamp) facts.push(['Written', formatFull(origin.timestamp)]);
  }
  facts.push(['Failed', `${formatFull(letter.failed_at)}, in ${letter.group}`]);
  facts.push(['Attempts', letter.attempts === 0 ? 'Never replayed' : `Failed again after ${plural(letter.attempts, 'replay')}`]);
  if (letter.decided_at) facts.push([plainWords(letter.state), formatFull(letter.decided_at)]);
  return facts;
}
