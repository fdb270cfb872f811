import { plainWords, type Tone } from '../../format/labels';
import { plural } from '../../format/number';
import { formatFull, formatWhen } from '../../format/time';
import type { Wish } from '../../hooks/useDeliveries';
import { useNow } from '../../hooks/useNow';
import { deliveryKey, outcomeOf } from '../../state/deliveries';
import type { Delivery } from '../../wire/contract';
import { Badge } from '../common/Badge';

const tones: Record<Delivery['state'], Tone> = { pending: 'warn', delivered: 'good', failed: 'bad' };
const stateWords: Record<Delivery['state'], string> = { pending: 'Waiting', delivered: 'Delivered', failed: 'Failed' };

interface DeliveryListProps {
  deliveries: Delivery[];
  wishes: Record<string, Wish>;
  onRedeliver: (delivery: Delivery) => void;
  onOpen: (order: number) => void;
}

/** The deliveries, the latest first, each with what came of it. */
export function DeliveryList({ deliveries, wishes, onRedeliver, onOpen }: DeliveryListProps) {
  const now = useNow(60_000);
  return (
    <ul className="letters">
      {deliveries.map((delivery) => {
        const key = deliveryKey(delivery);
        const at = delivery.attempted_at ?? delivery.created_at;
        return (
          <li key={key} className="letter delivery" data-delivery={key}>
            <div className="delivery-what">
              <span className="letter-reason">{plainWords(delivery.type.replace('.', ' '))}</span>
              <button type="button" className="link-button" onClick={() => onOpen(delivery.order_id)}>{delivery.order_id}</button>
              <Badge tone={tones[delivery.state]}>{stateWords[delivery.state]}</Badge>
            </div>
            <time className="letter-time" dateTime={at} title={formatFull(at)}>{formatWhen(at, now)}</time>
            <span className="letter-place">
              to <code>{delivery.endpoint}</code> · {outcomeOf(delivery)} · {plural(delivery.attempts, 'attempt')}
            </span>
            {delivery.state !== 'pending' && <Again wish={wishes[key]} onClick={() => onRedeliver(delivery)} />}
          </li>
        );
      })}
    </ul>
  );
}

function Again({ wish, onClick }: { wish: Wish | undefined; onClick: () => void }) {
  if (wish === 'sent') return <span className="muted delivery-again" role="status">Is posted again</span>;
  return (
    <button type="button" className="button button-small delivery-again" onClick={onClick} disabled={wish === 'sending'}>
      {wish === 'sending' ? 'Asking…' : 'Post again'}
    </button>
  );
}
