/** How the platform's parts are, in GET /api/system. A server of an earlier version has none of it. */

/** Something that is wrong now. */
export interface PartProblem {
  /** broker, store, a service's name, reconciler or dead_letters. */
  part: string;
  /** degraded: it goes on by itself; down: it does not work. */
  level: string;
  code: string;
  detail: string;
  since: string;
}

/** Why an instance of a service tries again. */
export interface InstanceProblem {
  code: string;
  detail: string;
  /** 1 for the first attempt that failed. */
  attempt: number;
  next_attempt_at?: string;
}

/** One process that runs a service, as it said last. */
export interface InstanceView {
  instance: string;
  /** starting, restoring, running or retrying. */
  state: string;
  since: string;
  seen_at: string;
  problem?: InstanceProblem | null;
}

export interface Finding {
  kind: string;
  subject: string;
  detail: string;
  at: string;
}

/** The running comparison of what the services wrote with the orders. */
export interface ReconcilerView {
  /** ok, findings, behind, starting or off. */
  status: string;
  checked_orders?: number;
  /** Not yet through all services, so not judged yet. */
  open_orders?: number;
  skipped_records?: number;
  /** Orders that came and will not be checked. */
  skipped_orders?: number;
  /** The orders of the last hour; `coverage` is the part that was checked, left out where none came. */
  last_hour?: { checked: number; skipped: number; overdue: number; coverage?: number };
  /** What came longer ago than this was checked; left out before the first check. */
  delay_milliseconds?: number;
  /** Why it is behind. */
  detail?: string;
  findings?: number;
  since?: string;
  checked_through?: string | null;
  sweep?: { windows_checked: number; orders_checked: number; last_finished_at?: string | null } | null;
  recent_findings?: Finding[];
}

/** Dead letters that nobody has decided on yet. */
export interface DeadLetterCounts {
  /** starting: they are being read for the first time; behind: the figures may be old; else current. */
  status?: string;
  open: number;
  /** Records that have open letters: one that three services set aside is one; left out by earlier servers. */
  open_records?: number;
  topics: { topic: string; group: string; open: number }[];
}
