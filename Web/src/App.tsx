import { useCallback } from 'react';
import { AlertsPanel } from './components/alerts/AlertsPanel';
import { TimePanel } from './components/charts/TimePanel';
import { CountryPanel } from './components/countries/CountryPanel';
import { DeadLetterSheet } from './components/deadLetters/DeadLetterSheet';
import { FeedPanel } from './components/feed/FeedPanel';
import { KpiStrip } from './components/kpi/KpiStrip';
import { Header } from './components/layout/Header';
import { StatusStrip } from './components/layout/StatusStrip';
import { OrderSheet } from './components/order/OrderSheet';
import { SendSheet } from './components/send/SendSheet';
import { SystemPanel } from './components/system/SystemPanel';
import { WebhookSheet } from './components/webhooks/WebhookSheet';
import { useRoute } from './hooks/useRoute';

export function App() {
  const [route, go] = useRoute();
  const open = useCallback((id: number) => go({ kind: 'order', id: String(id) }), [go]);
  const send = useCallback(() => go({ kind: 'send' }), [go]);
  const deadLetters = useCallback(() => go({ kind: 'dead-letters' }), [go]);
  const webhooks = useCallback(() => go({ kind: 'webhooks' }), [go]);
  const close = useCallback(() => go({ kind: 'none' }), [go]);

  return (
    <>
      <a className="skip-link" href="#main" onClick={(event) => {
        event.preventDefault();
        document.getElementById('main')?.focus();
      }}>Skip to the figures</a>
      <Header onSend={send} />
      <StatusStrip onDeadLetters={deadLetters} />
      <main className="main" id="main" tabIndex={-1}>
        <KpiStrip />
        <div className="panels">
          <TimePanel />
          <CountryPanel />
          <FeedPanel selected={route.kind === 'order' ? route.id : null} onOpen={open} onSend={send} />
          <AlertsPanel onOpen={open} />
          <SystemPanel onDeadLetters={deadLetters} onWebhooks={webhooks} />
        </div>
      </main>
      {route.kind === 'order' && <OrderSheet id={route.id} onClose={close} />}
      {route.kind === 'send' && <SendSheet onClose={close} onOpen={open} />}
      {route.kind === 'dead-letters' && <DeadLetterSheet onClose={close} />}
      {route.kind === 'webhooks' && <WebhookSheet onClose={close} onOpen={open} />}
    </>
  );
}
