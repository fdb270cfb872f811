import { useEffect, useId, useRef, useState, type ReactNode } from 'react';

interface ChoiceProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}

/** One of a few values. */
export function Choice({ label, value, onChange, children }: ChoiceProps) {
  const id = useId();
  return (
    <div className="filter">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="select" value={value} onChange={(event) => onChange(event.target.value)}>{children}</select>
    </div>
  );
}

interface TypedProps {
  label: string;
  hint: string;
  /** Longest sensible input; country and currency are applied once they have it. */
  length: number;
  value: string;
  onChange: (value: string) => void;
}

const typingPauseMilliseconds = 350;

/** A value typed; applied after a pause in typing. */
export function Typed({ label, hint, length, value, onChange }: TypedProps) {
  const id = useId();
  const [text, setText] = useState(value);
  // The latest one: another filter may change during the pause, and an older `onChange` would take that back.
  const change = useRef(onChange);
  change.current = onChange;
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const timer = setTimeout(() => change.current(text.trim()), typingPauseMilliseconds);
    return () => clearTimeout(timer);
    // A value from outside sets the text, which begins this again.
  }, [text]); // oxlint-disable-line react-hooks/exhaustive-deps
  return (
    <div className="filter">
      <label htmlFor={id}>{label}</label>
      <input
        id={id} className={length > 3 ? 'input' : 'input input-code'} value={text} maxLength={length} placeholder={hint}
        autoComplete="off" onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}
