/** What the HTTP API takes and gives. Made by scripts/web_types.py: not to be edited. */

export interface Alert {
  amount: number;
  country: string;
  currency: string;
  customer_id: number;
  detected_at: string;
  order_id: number;
  reason: string;
}

export interface AlertPage {
  alerts: Alert[];
  next_cursor: string | null;
}

export interface Amount {
  amount: number;
  currency: string;
}

export interface Analytics {
  generated_at: string;
  orders: Order[];
  status: 'ok';
  totals: Totals;
}

export interface BatchItem {
  index: number;
  order?: OrderAccepted;
  problem?: Problem;
  /** true where it had been accepted before. */
  replayed?: boolean;
  /** As the order alone would get it. */
  status: number;
}

export interface BatchResult {
  accepted: number;
  refused: number;
  /** One for each order, in their order. */
  results: BatchItem[];
}

export interface BrokerState {
  bootstrap: string;
  /** Why it is down. */
  detail?: string;
  status: 'ok' | 'down';
}

export interface Conflicts {
  amount?: number;
  /** Events that contradict the first one: they changed nothing. */
  count: number;
  country?: string;
  created_at?: string;
  currency?: string;
  customer_id?: number;
  seen_at: string;
  /** Of the latest of them, as are the fields that differ. */
  status: OrderStatus;
}

export interface CountryFigures {
  cancelled: number;
  country: string;
  declined: number;
  flagged: number;
  orders: number;
  paid: number;
  /** Of the orders that are not cancelled. */
  sales: Amount[];
}

export interface CurrencyFigures {
  cancelled: number;
  currency: string;
  declined: number;
  flagged: number;
  orders: number;
  paid: number;
  sales: number;
}

export interface CurrencyTotals {
  currency: string;
  declined: number;
  flagged: number;
  orders: number;
  /** All payments that were taken. */
  paid: number;
  /** Of these, what is owed back. */
  refund_due: number;
  /** Of the orders that are not cancelled. */
  sales: number;
}

export interface DeadLetter {
  attempts: number;
  code: string;
  decided_at?: string;
  failed_at: string;
  group: string;
  /** topic/group/partition/offset. */
  id: string;
  offset: number;
  /** Where the record stood. */
  origin?: {
    key?: string;
    /** A key that is not UTF-8. */
    key_base64?: string;
    offset: number;
    partition: number;
    timestamp?: string;
    topic: string;
  };
  partition: number;
  reason: string;
  state: 'open' | 'replayed' | 'discarded';
  topic: string;
  /** What was kept of it. */
  value?: string;
  /** A value that is not UTF-8. */
  value_base64?: string;
  /** Of the whole value. */
  value_bytes: number;
}

export interface DeadLetterActResult {
  /** Whether everything that was asked for is so now. */
  complete: boolean;
  /** By outcome. */
  counts: Record<string, number>;
  dry_run: boolean;
  /** The first 1,000. */
  outcomes: ({
    detail: string;
    id: string;
    outcome: 'replayed' | 'covered' | 'already_replayed' | 'discarded' | 'already_discarded' | 'refused' | 'missing';
  })[];
  outcomes_left_out: number;
  total: number;
}

export interface DeadLetterCounts {
  open: number;
  /** Records that have open dead letters. */
  open_records: number;
  status: 'starting' | 'current' | 'behind';
  topics: {
    group: string;
    open: number;
    topic: string;
  }[];
}

export interface DeadLetterDiscard {
  dry_run?: boolean;
  filter?: DeadLetterSelector;
  /** One of ids and filter must be given. */
  ids?: string[];
}

export interface DeadLetterPage {
  /** false: there are older ones, which orders dlq list shows. */
  complete: boolean;
  dead_letters: DeadLetter[];
  next_cursor: string | null;
}

export interface DeadLetterReplay {
  /** Dead letters with the value to send instead of their own. */
  corrections?: {
    id: string;
    value: string;
  }[];
  /** Take discarded ones, too. */
  discarded?: boolean;
  /** Say what would be done, and do nothing. */
  dry_run?: boolean;
  filter?: DeadLetterSelector;
  /** Send also what would be set aside again. */
  force?: boolean;
  /** One of ids, filter and corrections must be given. */
  ids?: string[];
  /** One replayed so often is refused; 3 if left out. */
  max_attempts?: number;
}

export interface DeadLetterSelector {
  code?: string;
  group?: string;
  /** The record's key. */
  key?: string;
  /** Set aside then or later. */
  since?: string;
  topic?: string;
  /** Set aside before. */
  until?: string;
}

export interface Delivery {
  attempted_at?: string;
  attempts: number;
  created_at: string;
  /** Why it did not succeed. */
  detail?: string;
  endpoint: string;
  /** The webhook-id: the same in each attempt and for each endpoint. */
  id: string;
  next_attempt_at?: string;
  occurred_at: string;
  order_id: number;
  /** failed: it was given up. */
  state: 'pending' | 'delivered' | 'failed';
  /** The endpoint's last HTTP status. */
  status?: number;
  type: 'order.created' | 'order.confirmed' | 'order.cancelled' | 'order.paid' | 'order.payment_failed' | 'order.flagged' | 'order.refund_due';
}

export interface DeliveryList {
  /** false: there are more than are shown. */
  complete: boolean;
  deliveries: Delivery[];
}

export interface EnabledEndpoint {
  endpoint: string;
}

export interface Finding {
  at: string;
  detail: string;
  kind: string;
  subject: string;
}

export interface Fraud {
  /** Where it differs from the order's. */
  amount?: number;
  country?: string;
  currency?: string;
  customer_id?: number;
  detected_at?: string;
  flagged: boolean;
  reason?: string;
}

export interface Health {
  status: 'ok';
}

export interface Instance {
  instance: string;
  problem?: {
    attempt: number;
    code: string;
    detail: string;
    next_attempt_at: string;
  };
  seen_at: string;
  since: string;
  state: 'starting' | 'restoring' | 'running' | 'retrying';
}

export interface OpenAPI {
  openapi: string;
  [name: string]: unknown;
}

export interface Order {
  amount: number;
  conflicts?: Conflicts;
  country: string;
  created_at: string;
  currency: string;
  /** 0 for a guest. */
  customer_id: number;
  fraud: Fraud;
  /** When each status was first seen. */
  history: Record<string, string>;
  order_id: number;
  /** null: not yet judged. */
  payment: Payment | null;
  /** Paid, and then cancelled. */
  refund_due?: Amount;
  /** Grows with every change: the larger one is the newer one. */
  revision: number;
  /** The latest one. */
  status: OrderStatus;
  updated_at: string;
}

export interface OrderAccepted {
  /** null where it is not known. */
  offset: number | null;
  order_id: number;
  /** null where it is not known. */
  partition: number | null;
  status: OrderStatus;
  topic: string;
}

export interface OrderDraft {
  /** At most 15 digits, with no more decimals than the currency has. */
  amount: number;
  /** ISO 3166-1. */
  country: string;
  /** Now if left out. */
  created_at?: string;
  /** ISO 4217. */
  currency: string;
  customer_id: number;
  /** One is given if it is left out. */
  order_id?: number;
  /** CREATED if left out. */
  status?: OrderStatus;
}

export interface OrderPage {
  /** Whether there is a next_cursor. */
  has_more: boolean;
  /** The page after this one; null after the last. */
  next_cursor: string | null;
  orders: Order[];
  /** The page before this one; null before the first. */
  previous_cursor: string | null;
  /** How many pass the filters, where the totals tell it; null where only counting would. */
  total: number | null;
}

export type OrderStatus = 'CREATED' | 'CONFIRMED' | 'CANCELLED';

export interface OrderWithTrail {
  amount: number;
  conflicts?: Conflicts;
  country: string;
  created_at: string;
  currency: string;
  /** 0 for a guest. */
  customer_id: number;
  fraud: Fraud;
  /** When each status was first seen. */
  history: Record<string, string>;
  order_id: number;
  /** null: not yet judged. */
  payment: Payment | null;
  /** Paid, and then cancelled. */
  refund_due?: Amount;
  /** Grows with every change: the larger one is the newer one. */
  revision: number;
  /** The latest one. */
  status: OrderStatus;
  trail: TrailStep[];
  updated_at: string;
}

export interface PartProblem {
  code: string;
  detail: string;
  /** degraded: it goes on by itself; down: it does not work. */
  level: 'degraded' | 'down';
  /** broker, store, topics, a service's name, reconciler. */
  part: string;
  since: string;
}

export interface Payment {
  amount: number;
  /** Where it differs from the order's. */
  country?: string;
  currency: string;
  /** Where it differs from the order's. */
  customer_id?: number;
  decline_reason?: string;
  processed_at: string;
  status: 'PAID' | 'DECLINED' | 'REFUNDED';
}

export interface Problem {
  /** What was wrong, and what to do. */
  detail: string;
  /** Each field or parameter that is wrong. */
  errors?: {
    detail: string;
    field: string;
  }[];
  /** The path asked for. */
  instance: string;
  /** The request's id in the server's log. */
  request_id: string;
  status: number;
  title: string;
  /** Stable: tells problems apart. */
  type: string;
}

export interface Readiness {
  broker: {
    /** Why it is down. */
    detail?: string;
    status: 'ok' | 'down';
  };
  problems: PartProblem[];
  status: 'ready' | 'not_ready';
  store: {
    /** Why it is down. */
    detail?: string;
    status: 'ok' | 'down';
  };
}

export interface Reconciler {
  checked_orders: number;
  checked_through?: string;
  delay_milliseconds?: number;
  detail?: string;
  findings: number;
  last_hour: {
    checked: number;
    /** The part that was checked; left out where none came. */
    coverage?: number;
    overdue: number;
    skipped: number;
  };
  open_orders: number;
  recent_findings: Finding[];
  since?: string;
  skipped_orders: number;
  skipped_records: number;
  status: 'ok' | 'findings' | 'behind' | 'starting' | 'off';
  sweep: {
    last_finished_at?: string;
    orders_checked: number;
    windows_checked: number;
  };
}

export interface Redelivery {
  /** To whom; absent: to each that subscribes. */
  endpoint?: string;
  /** The webhook-id of what is posted again. */
  id: string;
  order_id: number;
}

export interface ServiceState {
  group: string;
  instances: Instance[];
  /** Offsets that it is behind, in all. */
  lag: number;
  members: number;
  name: string;
  partitions: {
    lag: number;
    partition: number;
    topic: string;
  }[];
  status: 'ok' | 'lagging' | 'retrying' | 'starting' | 'down';
}

export interface Session {
  authentication: 'required' | 'off';
  expires_at: string | null;
  id: string;
  name: string;
  scopes: ('read' | 'write' | 'operate')[];
}

export interface SignIn {
  /** An API key or a token. */
  credential: string;
}

export interface Stats {
  countries: CountryFigures[];
  status: 'ok';
  totals: Totals;
}

export interface StatsEvent {
  points: TimeseriesPoint[];
  totals: Totals;
}

export interface StatusFigures {
  orders: number;
  /** ACTIVE: created or confirmed. */
  status: 'ACTIVE' | 'CANCELLED';
}

export interface StoreState {
  /** Why it is down. */
  detail?: string;
  kind: string;
  orders?: number;
  status: 'ok' | 'down';
}

export interface System {
  broker: BrokerState;
  dead_letters?: DeadLetterCounts;
  problems: PartProblem[];
  reconciler: Reconciler;
  services: ServiceState[];
  status: 'ok' | 'starting' | 'degraded' | 'down';
  store: StoreState;
  topics: TopicSize[];
  uptime_seconds: number;
  version: string;
}

export interface Timeseries {
  from: string;
  points: TimeseriesPoint[];
  step_seconds: number;
  to: string;
}

export interface TimeseriesPoint {
  cancelled: number;
  /** With by=country. */
  countries?: CountryFigures[];
  /** With by=currency. */
  currencies?: CurrencyFigures[];
  declined: number;
  flagged: number;
  late: number;
  orders: number;
  paid: number;
  /** Of the orders that are not cancelled. */
  sales: Amount[];
  start: string;
  /** With by=status. */
  statuses?: StatusFigures[];
}

export interface TopicSize {
  name: string;
  /** Between the beginnings and the ends of its partitions. */
  offsets: number;
  partitions: number;
}

export interface Totals {
  cancelled: number;
  currencies: CurrencyTotals[];
  fraud: {
    alerts: number;
    /** Alerts for each order. */
    rate: number;
  };
  /** Counted after their minute had been closed. */
  late: number;
  /** Cancelled ones included. */
  orders: number;
  payments: {
    declined: number;
    paid: number;
    refund_due: number;
  };
}

export interface TrailStep {
  at: string;
  detail?: string;
  event: string;
  /** Since the event before. */
  latency_ms?: number;
  offset?: number;
  /** Where its record stands; left out where it was not found in time. */
  partition?: number;
  /** The topic that its record is on. */
  topic: string;
  /** The trace that its record belongs to, where there is one. */
  trace_id?: string;
}
