import type { ReactNode } from 'react';

interface KpiProps {
  /** Names the figure to scripts: data-kpi. */
  name: string;
  label: string;
  /** null while it is on its way. */
  value: string | null;
  /** The bare number, for scripts that compare it with the API. */
  raw?: number;
  unit?: string;
  tone?: 'bad' | 'plain';
  children?: ReactNode;
}

export function Kpi({ name, label, value, raw, unit, tone = 'plain', children }: KpiProps) {
  return (
    <div className="kpi" data-kpi={name} data-value={raw}>
      <h3 className="kpi-label">{label}</h3>
      {value === null ? (
        <div className="kpi-value"><span className="skeleton-block" /></div>
      ) : (
        <div className={`kpi-value kpi-${tone} ${value.length > 12 ? 'kpi-long' : ''}`}>
          {value}
          {unit !== undefined && <span className="kpi-unit">{unit}</span>}
        </div>
      )}
      <div className="kpi-sub">{value === null ? <span className="skeleton-block skeleton-small" /> : children}</div>
    </div>
  );
}
