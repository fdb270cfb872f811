import type { InstanceProblem } from '../wire/health';
import type { ServiceView, SystemView } from '../wire/types';

/** One thing that is wrong with the platform, made of all that an answer says of it. Times are the server's, in ms. */
export interface SystemProblem {
  part: string;
  tone: 'bad' | 'warn';
  /** What is the matter in a word: down, retrying, findings. */
  state: string;
  code: string | null;
  detail: string;
  /** When it began; null where that is not known. */
  since: number | null;
  /** Attempts that failed so far, and when the next is due, of a part that tries again. */
  attempt: number | null;
  nextAttemptAt: number | null;
}

/** A part that had a problem and has none any more. */
export interface Recovery {
  part: string;
  /** How long it lasted, ms; null where its beginning is not known. */
  lasted: number | null;
  /** Server's time, ms. */
  at: number;
}

export interface ProblemLog {
  /** Worst first. */
  open: SystemProblem[];
  /** Newest first. */
  recovered: Recovery[];
  /** Whether anything was known before: what is wrong at the first look began at a time unknown. */
  seen: boolean;
}

export const emptyProblemLog: ProblemLog = { open: [], recovered: [], seen: false };

/** Recoveries kept: more than fit in a line are of no use. */
export const recoveryLimit = 4;
/** How long a recovery is shown, ms. */
export const recoveryLifetimeMilliseconds = 60_000;

/** What is wrong now, and what has ceased to be since the last look. `at` is the server's time in ms. */
export function problemsSeen(log: ProblemLog, view: SystemView, at: number): ProblemLog {
  const known = new Map(log.open.map((problem) => [problem.part, problem]));
  const open = problemsOf(view).map((problem) => ({
    ...problem,
    since: problem.since ?? known.get(problem.part)?.since ?? (log.seen && !known.has(problem.part) ? at : null),
  }));
  const parts = new Set(open.map((problem) => problem.part));
  // While the broker is away nothing is heard of the services: their silence is no recovery.
  const isHeard = (part: string) => view.broker.status === 'ok' || part === 'store';
  const recovered = log.open
    .filter((problem) => !parts.has(problem.part) && isHeard(problem.part))
    .map((problem) => ({ part: problem.part, at, lasted: problem.since === null ? null : Math.max(0, at - problem.since) }));
  const told = [...recovered, ...log.recovered].filter(
    (recovery, index, all) => !parts.has(recovery.part) && at - recovery.at < recoveryLifetimeMilliseconds
      && all.findIndex((other) => other.part === recovery.part) === index,
  );
  return { open, recovered: told.slice(0, recoveryLimit), seen: true };
}

/** What an answer says is wrong: its problems, and the states of parts that it lists no problem for. Worst first. */
export function problemsOf(view: SystemView): SystemProblem[] {
  const listed = (view.problems ?? []).map((problem): SystemProblem => {
    const service = view.services.find((candidate) => candidate.name === problem.part);
    return {
      part: problem.part,
      tone: problem.level === 'down' || isFindings(problem.part, view) ? 'bad' : 'warn',
      state: codeStates[problem.code] ?? stateOf(problem.part, problem.level, view, service),
      code: problem.code,
      detail: problem.detail,
      since: timeOf(problem.since),
      ...attemptOf(service),
    };
  });
  const parts = new Set(listed.map((problem) => problem.part));
  const derived = unlisted(view).filter((problem) => !parts.has(problem.part));
  return [...listed, ...derived].sort((left, right) => rank(left) - rank(right));
}

function unlisted(view: SystemView): SystemProblem[] {
  const found: SystemProblem[] = [];
  for (const part of ['broker', 'store'] as const) {
    const { status, detail } = view[part];
    if (status !== 'ok') found.push({ ...nothing, part, tone: 'bad', state: status, detail: detail ?? 'It does not answer.' });
  }
  // Without the broker nothing is known of the groups: that their members are not seen is no news of its own.
  const services = view.broker.status === 'ok' ? view.services : [];
  for (const service of services) {
    if (service.status !== 'down' && service.status !== 'retrying') continue;
    found.push({
      ...nothing, part: service.name, tone: service.status === 'down' ? 'bad' : 'warn', state: service.status,
      detail: worstInstance(service)?.detail ?? (service.status === 'down' ? 'No instance of it is running.' : ''),
      ...attemptOf(service),
    });
  }
  if (view.reconciler?.status === 'findings') {
    const newest = view.reconciler.recent_findings?.[0];
    found.push({
      ...nothing, part: 'reconciler', tone: 'bad', state: reconcilerState(view) ?? 'findings',
      detail: newest === undefined ? 'What the services wrote does not agree with the orders.' : `${newest.subject}: ${newest.detail}`,
    });
  }
  return found;
}

const nothing = { code: null, since: null, attempt: null, nextAttemptAt: null };

/** What the code says better than the level does. */
const codeStates: Record<string, string> = {
  stalled: 'stalled',
  transaction_open: 'held up',
  topic_missing: 'without a topic',
  log_cut: 'lost records',
};

/** Sums that don't agree are as bad as a part that is down, whatever level they are given. */
function isFindings(part: string, view: SystemView): boolean {
  return part === 'reconciler' && view.reconciler?.status === 'findings';
}

function stateOf(part: string, level: string, view: SystemView, service: ServiceView | undefined): string {
  if (part === 'reconciler') return reconcilerState(view) ?? level;
  if (level === 'down' || service === undefined) return level;
  if (service.status === 'retrying' || worstInstance(service) !== null) return 'retrying';
  return service.status === 'ok' ? level : service.status;
}

function reconcilerState(view: SystemView): string | undefined {
  const count = view.reconciler?.findings ?? 0;
  return count > 0 ? `${count} ${count === 1 ? 'finding' : 'findings'}` : view.reconciler?.status;
}

/** The instance that has tried longest speaks for its service. */
function worstInstance(service: ServiceView): InstanceProblem | null {
  return (service.instances ?? [])
    .map((instance) => instance.problem ?? null)
    .reduce((worst, problem) => (problem !== null && (worst === null || problem.attempt > worst.attempt) ? problem : worst), null);
}

function attemptOf(service: ServiceView | undefined): Pick<SystemProblem, 'attempt' | 'nextAttemptAt'> {
  const problem = service === undefined ? null : worstInstance(service);
  return { attempt: problem?.attempt ?? null, nextAttemptAt: timeOf(problem?.next_attempt_at) };
}

/** Broker and store before the services that need them, and what is down before what gets along. */
function rank(problem: SystemProblem): number {
  const root = problem.part === 'broker' ? 0 : problem.part === 'store' ? 1 : 2;
  return (problem.tone === 'bad' ? 0 : 10) + root;
}

function timeOf(time: string | null | undefined): number | null {
  const milliseconds = Date.parse(time ?? '');
  return Number.isNaN(milliseconds) ? null : milliseconds;
}
