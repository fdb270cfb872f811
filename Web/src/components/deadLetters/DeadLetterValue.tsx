import { useMemo, useState } from 'react';
import { bytesOfBase64, formatBytes, hexDump } from '../../format/bytes';
import { lacksValue } from '../../state/deadLetters';
import type { DeadLetter } from '../../wire/deadLetters';
import { Segmented } from '../common/Segmented';

type View = 'text' | 'hex';

const views = [{ value: 'text', label: 'Text' }, { value: 'hex', label: 'Hex' }] as const;

/** The record's value as it was: as text where it is text, or byte by byte. */
export function DeadLetterValue({ letter }: { letter: DeadLetter }) {
  const isText = typeof letter.value === 'string';
  const [view, setView] = useState<View>(isText ? 'text' : 'hex');
  const bytes = useMemo(() => valueBytes(letter), [letter]);
  const shown = useMemo(() => {
    if (view === 'hex') return hexDump(bytes, innerWidth <= 700 ? 8 : 16);
    return isText ? letter.value! : new TextDecoder().decode(bytes);
  }, [view, bytes, letter, isText]);

  if (lacksValue(letter)) {
    return (
      <p className="letter-value-note">
        {`The value has ${formatBytes(letter.value_bytes)}, too much for a dead letter. It is at the origin for as long as its topic keeps it.`}
      </p>
    );
  }
  if (bytes.length === 0) {
    return <p className="letter-value-note">{isText || letter.value_base64 === '' ? 'The value is empty.' : 'The record has no value.'}</p>;
  }
  const cut = bytes.length < letter.value_bytes;
  return (
    <div className="letter-value">
      <div className="letter-value-head">
        <h3 className="letter-value-title">Value</h3>
        <span className="muted">
          {cut ? `the first ${formatBytes(bytes.length)} of ${formatBytes(letter.value_bytes)}` : formatBytes(letter.value_bytes)}
          {!isText && ', not UTF-8'}
        </span>
        <Segmented label="Show the value as" choices={views} value={view} onChange={setView} />
      </div>
      <pre className={`code letter-code ${view === 'text' ? 'is-text' : ''}`} tabIndex={0} dir="ltr">{shown}</pre>
    </div>
  );
}

function valueBytes(letter: DeadLetter): Uint8Array {
  if (typeof letter.value === 'string') return new TextEncoder().encode(letter.value);
  return bytesOfBase64(letter.value_base64 ?? '');
}
