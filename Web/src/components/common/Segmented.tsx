interface SegmentedProps<Choice extends string> {
  label: string;
  choices: readonly { value: Choice; label: string }[];
  value: Choice;
  onChange: (value: Choice) => void;
}

/** One of a few choices, all of them visible. */
export function Segmented<Choice extends string>({ label, choices, value, onChange }: SegmentedProps<Choice>) {
  return (
    <div className="segmented" role="group" aria-label={label}>
      {choices.map((choice) => (
        <button
          key={choice.value} type="button" className="segment"
          aria-pressed={choice.value === value} onClick={() => onChange(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </div>
  );
}
