/** The API's forms by the names that the dashboard has for them. Amounts are in the currency's major unit. */

import type * as contract from './contract';
import type { DeadLetterCounts, InstanceView, PartProblem, ReconcilerView } from './health';

export type OrderStatus = contract.OrderStatus;
export type PaymentView = contract.Payment;
export type PaymentStatus = PaymentView['status'];
export type FraudView = contract.Fraud;
export type OrderView = contract.Order;
export type ConflictView = contract.Conflicts;
export type TrailEntry = contract.TrailStep;
export type OrderDetail = contract.OrderWithTrail;
export type CurrencyTotals = contract.CurrencyTotals;
export type Totals = contract.Totals;
export type CurrencyAmount = contract.Amount;
export type CountryStats = contract.CountryFigures;
export type StatsResponse = contract.Stats;
/** One minute of event time. */
export type MinutePoint = contract.TimeseriesPoint;
export type TimeseriesResponse = contract.Timeseries;
export type OrdersPage = contract.OrderPage;
export type AlertView = contract.Alert;
export type AlertsPage = contract.AlertPage;
export type OrderAccepted = contract.OrderAccepted;
/** The `stats` event's data. */
export type StatsEvent = contract.StatsEvent;

/** What POST /api/orders takes: any JSON, the server judges it. */
export type OrderDraft = Record<string, unknown>;

/** The state of the platform's parts is read loosely: an older server leaves some of it out. */
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

/** Who asks, and what that caller may do. */
export type { Session as SessionView } from './contract';
