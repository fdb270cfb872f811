import { useId } from 'react';

interface FieldProps {
  label: string;
  name: string;
  value: string;
  hint?: string;
  problem?: string;
  inputMode?: 'numeric' | 'decimal';
  /** A short code in capitals. */
  code?: boolean;
  onChange: (value: string) => void;
}

/** A text field with what the server found wrong with it. */
export function Field({ label, name, value, hint, problem, inputMode, code = false, onChange }: FieldProps) {
  const id = useId();
  const described = problem !== undefined ? `${id}-problem` : hint !== undefined ? `${id}-hint` : undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id} name={name} className={code ? 'input input-code' : 'input'} value={value} inputMode={inputMode}
        autoComplete="off" spellCheck={false} aria-invalid={problem !== undefined}
        aria-describedby={described} onChange={(event) => onChange(event.target.value)}
      />
      {hint !== undefined && problem === undefined && <span className="field-hint" id={`${id}-hint`}>{hint}</span>}
      {problem !== undefined && <span className="field-problem" id={`${id}-problem`}>{problem}</span>}
    </div>
  );
}
