/** A share as a bar. Decorative: the number stands beside it. */
export function Meter({ share, tone = 'accent' }: { share: number; tone?: 'accent' | 'good' | 'bad' }) {
  const width = Math.min(100, Math.max(0, share * 100));
  return (
    <span className="meter" aria-hidden="true">
      <span className={`meter-fill meter-${tone}`} style={{ width: `${width}%` }} />
    </span>
  );
}
