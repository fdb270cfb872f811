export function Brand() {
  return (
    <div className="brand">
      <svg className="brand-mark" viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
        <rect className="brand-tile" width="32" height="32" rx="8" />
        <rect className="brand-bar" x="7" y="17" width="4.500" height="8" rx="1.500" opacity=".7" />
        <rect className="brand-bar" x="13.750" y="12" width="4.500" height="13" rx="1.500" opacity=".85" />
        <rect className="brand-bar" x="20.500" y="7" width="4.500" height="18" rx="1.500" />
      </svg>
      <h1 className="brand-name">Orders</h1>
    </div>
  );
}
