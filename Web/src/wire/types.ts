/** What the HTTP API sends, field for field. Amounts are in the currency's major unit; times are RFC 3339 in UTC. */

import type { DeadLetterCounts, InstanceView, PartProblem, ReconcilerView } from './health';

export type OrderStatus = 'CREATED' | 'CONFIRMED' | 'CANCELLED';
export type PaymentStatus = 'PAID' | 'DECLINED' | 'REFUNDED';

export interface PaymentView {
  status: PaymentStatus;
  processed_at: string;
  /** Only when it differs from the order's amount. */
  amount?: number;
  /** With the amount. */
  currency?: string;
  decline_reason?: string;
}

export interface FraudView {
  flagged: boolean;
  reason?: string;
  detected_at?: string;
}

export interface OrderView {
  order_id: number;
  customer_id: number;
  amount: number;
  currency: string;
  country: string;
  status: OrderStatus;
  created_at: string;
  payment: PaymentView | null;
  fraud: FraudView;
  /** When each status was first seen. */
  history?: Partial<Record<OrderStatus, string>>;
  /** Events that contradict the first one: they changed nothing. Fields as the latest of them had them, where they differ. */
  conflicts?: ConflictView;
  /** Paid, and then cancelled. */
  refund_due?: CurrencyAmount;
  /** Grows by one with every change; the larger one wins. */
  revision: number;
  updated_at: string;
}

export interface ConflictView {
  count: number;
  status: OrderStatus;
  amount?: number;
  currency?: string;
  country?: string;
  customer_id?: number;
  created_at?: string;
  seen_at: string;
}

export interface TrailEntry {
  event: string;
  at: string;
  detail?: string;
}

export interface OrderDetail extends OrderView {
  trail: TrailEntry[];
}

export interface CurrencyTotals {
  currency: string;
  orders: number;
  /** Orders that are not cancelled. */
  sales: number;
  /** All payments that were taken, those of orders that were cancelled later included. */
  paid: number;
  /** Of these, what is owed back. */
  refund_due: number;
  declined: number;
  flagged: number;
}

export interface Totals {
  /** Every order, cancelled ones included. */
  orders: number;
  cancelled: number;
  late: number;
  payments: { paid: number; declined: number; refund_due: number };
  /** rate: alerts per order, 0…1 */
  fraud: { alerts: number; rate: number };
  currencies: CurrencyTotals[];
}

export interface CurrencyAmount {
  currency: string;
  amount: number;
}

export interface CountryStats {
  country: string;
  orders: number;
  cancelled: number;
  paid: number;
  declined: number;
  flagged: number;
  sales: CurrencyAmount[];
}

export interface StatsResponse {
  totals: Totals;
  countries: CountryStats[];
}

/** One minute of event time. */
export interface MinutePoint {
  start: string;
  orders: number;
  cancelled: number;
  paid: number;
  declined: number;
  flagged: number;
  late: number;
  sales: CurrencyAmount[];
}

export interface TimeseriesResponse {
  step_seconds: number;
  from: string;
  to: string;
  points: MinutePoint[];
}

export interface OrdersPage {
  orders: OrderView[];
  next_cursor: string | null;
}

export interface AlertView {
  order_id: number;
  reason: string;
  amount: number;
  currency: string;
  country: string;
  customer_id: number;
  detected_at: string;
}

export interface AlertsPage {
  alerts: AlertView[];
  next_cursor: string | null;
}

export interface PartitionLag {
  topic: string;
  partition: number;
  lag: number;
}

export interface ServiceView {
  name: string;
  group: string;
  status: string;
  members: number;
  /** Offsets between what the group has committed and the end, all partitions together. */
  lag: number;
  partitions?: PartitionLag[];
  instances?: InstanceView[];
}

export interface TopicView {
  name: string;
  partitions: number;
  /** Between the beginning and the end of all partitions: transaction markers and compacted records count. */
  offsets: number;
}

export interface SystemView {
  status: string;
  version: string;
  uptime_seconds: number;
  broker: { status: string; bootstrap?: string; detail?: string };
  store: { status: string; kind?: string; orders?: number; detail?: string };
  services: ServiceView[];
  topics: TopicView[];
  problems?: PartProblem[];
  reconciler?: ReconcilerView;
  dead_letters?: DeadLetterCounts;
}

/** What POST /api/orders takes: any JSON, the server judges it. */
export type OrderDraft = Record<string, unknown>;

export interface OrderAccepted {
  order_id: number;
  status: string;
  topic: string;
  partition: number;
  offset: number;
}

/** The `stats` event's data. */
export interface StatsEvent {
  totals: Totals;
  points: MinutePoint[];
}

/** Who asks, and what that caller may do. */
export interface SessionView {
  authentication: 'off' | 'required';
  id: string;
  name: string;
  scopes: string[];
  /** When the session or the key ends; null: never by itself. */
  expires_at: string | null;
}
