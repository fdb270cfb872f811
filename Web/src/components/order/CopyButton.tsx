import { useEffect, useState } from 'react';
import { Icon } from '../common/Icon';

/** Copies a text; shown only where the browser allows it (a secure context). */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  if (navigator.clipboard === undefined) return null;
  const copy = () => {
    // A browser that refuses leaves the button as it was: nothing was copied and nothing says so.
    void navigator.clipboard.writeText(text).then(() => setCopied(true), () => setCopied(false));
  };
  return (
    <button type="button" className="button button-icon button-bare" onClick={copy} aria-label={copied ? 'Copied' : label} title={copied ? 'Copied' : label}>
      <Icon name={copied ? 'check' : 'copy'} />
    </button>
  );
}
