import type { OrderView } from '../wire/types';

/** The words for the codes on the wire. A code not known here is shown in plain letters, never dropped. */

const declineReasons: Record<string, string> = {
  INSUFFICIENT_FUNDS: 'Insufficient funds',
  CARD_EXPIRED: 'Card expired',
  SUSPECTED_FRAUD: 'Suspected fraud',
  LIMIT_EXCEEDED: 'Limit exceeded',
  PROCESSOR_REFUSED: 'Refused by processor',
};

const fraudReasons: Record<string, string> = {
  HIGH_AMOUNT_RISKY_COUNTRY: 'High amount, risky country',
};

const trailEvents: Record<string, string> = {
  ORDER_CREATED: 'Order created',
  ORDER_CONFIRMED: 'Order confirmed',
  ORDER_CANCELLED: 'Order cancelled',
  PAYMENT_PAID: 'Payment paid',
  PAYMENT_DECLINED: 'Payment declined',
  PAYMENT_REFUNDED: 'Payment refunded',
  FRAUD_FLAGGED: 'Flagged as fraud',
  ORDER_CONFLICT: 'Conflicting event set aside',
};

const services: Record<string, string> = {
  fraud: 'Fraud detection',
  payments: 'Payments',
  analytics: 'Analytics',
  sink: 'Store sink',
  alerting: 'Alerting',
  webhooks: 'Webhooks',
};

/** Parts of the platform that are no services. */
const parts: Record<string, string> = {
  broker: 'Broker',
  store: 'Store',
  reconciler: 'Reconciler',
  api: 'API',
  dead_letters: 'Dead letters',
};

/** SOME_CODE as Some code. */
export function plainWords(code: string): string {
  const words = code.replace(/[_-]+/g, ' ').trim().toLowerCase();
  return words === '' ? '–' : words[0]!.toUpperCase() + words.slice(1);
}

export const declineLabel = (code: string) => declineReasons[code] ?? plainWords(code);
export const fraudLabel = (code: string) => fraudReasons[code] ?? plainWords(code);
export const trailLabel = (code: string) => trailEvents[code] ?? plainWords(code);
export const serviceLabel = (name: string) => services[name] ?? plainWords(name);
export const partLabel = (part: string) => parts[part] ?? serviceLabel(part);
/** A detail of the trail: a known code in words, free text as it is. */
export const detailLabel = (detail: string) => declineReasons[detail] ?? fraudReasons[detail] ?? detail;

/** What became of the payment, in a word; `tone` says how to colour it. */
export function paymentLabel(order: Pick<OrderView, 'payment' | 'status'>): { text: string; tone: Tone } {
  if (order.payment === null || order.payment === undefined) {
    return order.status === 'CANCELLED' ? { text: 'Not charged', tone: 'quiet' } : { text: 'Pending', tone: 'quiet' };
  }
  switch (order.payment.status) {
    case 'PAID': return order.status === 'CANCELLED' ? { text: 'Refund due', tone: 'warn' } : { text: 'Paid', tone: 'good' };
    case 'DECLINED': return { text: 'Declined', tone: 'bad' };
    case 'REFUNDED': return { text: 'Refunded', tone: 'warn' };
    default: return { text: plainWords(order.payment.status), tone: 'quiet' };
  }
}

export function statusTone(status: string): Tone {
  if (status === 'CONFIRMED') return 'accent';
  return status === 'CANCELLED' ? 'warn' : 'quiet';
}

export type Tone = 'good' | 'bad' | 'warn' | 'accent' | 'quiet';

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' });

/** US as United States; a code that is none as it came. */
export function countryName(code: string): string {
  try {
    return regions.of(code) ?? code;
  } catch {
    return code;
  }
}
