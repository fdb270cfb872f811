import { Icon } from '../common/Icon';
import { EmptyNote } from '../common/Notes';

/** A new installation: nothing is wrong, nothing has come yet, and here is how something comes. */
export function FirstSteps({ onSend }: { onSend: () => void }) {
  const curl = [
    `curl ${location.origin}/api/orders \\`,
    "  -H 'Content-Type: application/json' \\",
    '  -d \'{"customer_id": 5678, "amount": 249.99,',
    '       "currency": "USD", "country": "US"}\'',
  ].join('\n');
  return (
    <div className="first-steps scroll fill">
      <EmptyNote title="No orders yet">
        <p>They appear here as soon as one is placed. Send the first one from here, or from a terminal:</p>
        <pre className="code" tabIndex={0}>{curl}</pre>
        <button type="button" className="button button-primary" onClick={onSend}>
          <Icon name="send" /> Send a test order
        </button>
      </EmptyNote>
    </div>
  );
}
