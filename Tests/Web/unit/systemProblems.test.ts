import { emptyProblemLog, recoveryLifetimeMilliseconds, recoveryLimit, problemsOf, problemsSeen } from '../../../Web/src/state/systemProblems';
import { reduce } from '../../../Web/src/state/reducer';
import { initialState } from '../../../Web/src/state/state';
import { recoveryText, problemTimes, problemTitle } from '../../../Web/src/components/system/problemText';
import type { SystemView } from '../../../Web/src/wire/types';
import { equal, isTrue, test } from './harness';
import { service, system } from './samples';

const now = Date.parse('2024-01-15T12:03:03Z');
const gateway = 'http://127.0.0.1:9999 did not answer';
const problem = (part: string, level: string) =>
  ({ part, level, code: 'dependency_unavailable', detail: gateway, since: '2024-01-15T12:01:03Z' });
const retrying = (attempt: number, next: string) => ({
  instance: `i${attempt}`, state: 'retrying', since: '2024-01-15T12:01:03Z', seen_at: '2024-01-15T12:03:00Z',
  problem: { code: 'dependency_unavailable', detail: gateway, attempt, next_attempt_at: next },
});
const paymentsAway = (): SystemView => system({
  status: 'degraded',
  problems: [problem('payments', 'degraded')],
  services: [{ ...service('payments', 'retrying'), instances: [retrying(3, '2024-01-15T12:03:09Z'), retrying(7, '2024-01-15T12:03:07Z')] }],
});

test('an answer without any of it has no problem', () => {
  equal(problemsOf(system()), []);
});

test('a problem is told with the attempts of the instance that has tried longest', () => {
  const [first] = problemsOf(paymentsAway());
  equal(problemTitle(first!), 'Payments retrying');
  equal([first!.tone, first!.code, first!.attempt], ['warn', 'dependency_unavailable', 7]);
  const times = problemTimes(first!, now);
  isTrue(times[0]!.endsWith('(2 min)'), times[0]!);
  equal(times.slice(1), ['attempt 7', 'next in 4 s']);
});

test('an attempt whose time has come is being made', () => {
  equal(problemTimes(problemsOf(paymentsAway())[0]!, now + 60_000)[2], 'trying now');
});

test('a part that is down comes first, then what others depend on', () => {
  const view = system({
    problems: [problem('payments', 'degraded'), problem('fraud', 'down'), problem('store', 'degraded')],
    broker: { status: 'ok' }, store: { status: 'degraded' }, services: [service('payments', 'retrying'), service('fraud', 'down')],
  });
  equal(problemsOf(view).map(problemTitle), ['Fraud detection down', 'Store degraded', 'Payments retrying']);
});

test('an API without problems is read by its states', () => {
  const view = system({
    status: 'down', store: { status: 'down', detail: 'no answer' }, services: [service('payments', 'down'), service('sink', 'lagging')],
  });
  equal(problemsOf(view).map(problemTitle), ['Store down', 'Payments down']);
  equal(problemsOf(view)[0]!.detail, 'no answer');
});

test('a service that is late is called so, whether listed or not', () => {
  const view = system({
    problems: [{ ...problem('analytics', 'degraded'), code: 'lagging', detail: '5000 records are waiting for analytics' }],
    services: [service('analytics', 'lagging')],
  });
  equal(problemsOf(view).map(problemTitle), ['Analytics lagging']);
});

test('what holds a service up without an error has a name of its own', () => {
  const codes = ['stalled', 'transaction_open', 'topic_missing', 'log_cut'];
  const view = system({
    problems: [
      ...codes.map((code) => ({ ...problem('payments', 'degraded'), code, detail: code })),
      { ...problem('api', 'degraded'), code: 'client_failed', detail: 'the order log' },
    ],
    services: [service('payments', 'ok')],
  });
  equal(problemsOf(view).map(problemTitle), [
    'Payments stalled', 'Payments held up', 'Payments without a topic', 'Payments lost records', 'API degraded',
  ]);
});

test('with the broker away its silent groups are no problems of their own', () => {
  const view = system({ status: 'down', broker: { status: 'down' }, services: [service('payments', 'down'), service('fraud', 'down')] });
  equal(problemsOf(view).map(problemTitle), ['Broker down']);
});

test('findings of the reconciler are as bad as a part that is down', () => {
  const view = system({
    reconciler: { status: 'findings', findings: 2, recent_findings: [{ kind: 'charged_twice', subject: 'order 7', detail: 'twice', at: '' }] },
  });
  const [first] = problemsOf(view);
  equal([first!.tone, problemTitle(first!), first!.detail], ['bad', 'Reconciler: 2 findings', 'order 7: twice']);
});

test('what recovered is said for a while, with how long it took', () => {
  let log = problemsSeen(emptyProblemLog, paymentsAway(), now);
  log = problemsSeen(log, system(), now + 60_000);
  equal(log.open, []);
  equal(log.recovered, [{ part: 'payments', at: now + 60_000, lasted: 180_000 }]);
  equal(recoveryText(log.recovered), 'Payments recovered, after 3 min');
  equal(problemsSeen(log, system(), now + 60_000 + recoveryLifetimeMilliseconds).recovered, []);
});

test('a part that fails again is no longer said to have recovered', () => {
  let log = problemsSeen(emptyProblemLog, paymentsAway(), now);
  log = problemsSeen(log, system(), now + 5000);
  equal(problemsSeen(log, paymentsAway(), now + 10_000).recovered, []);
});

test('while the broker is away no service is taken for recovered', () => {
  const log = problemsSeen(emptyProblemLog, paymentsAway(), now);
  equal(problemsSeen(log, system({ broker: { status: 'down' }, services: [] }), now + 5000).recovered, []);
});

test('a problem without a time began when it was first seen, unless it was there at the first look', () => {
  const away = system({ store: { status: 'down' } });
  equal(problemsSeen(emptyProblemLog, away, now).open[0]!.since, null);
  let log = problemsSeen(emptyProblemLog, system(), now - 5000);
  log = problemsSeen(log, away, now);
  log = problemsSeen(log, away, now + 5000);
  equal(log.open[0]!.since, now);
});

test('a part that comes and goes is told of once, and the list is bounded', () => {
  const parts = ['broker', 'store', 'fraud', 'payments', 'analytics', 'sink'];
  const all = system({ problems: parts.map((part) => problem(part, 'degraded')) });
  let log = emptyProblemLog;
  for (let round = 0; round < 5; round += 1) {
    log = problemsSeen(log, all, now + round * 2000);
    log = problemsSeen(log, system(), now + round * 2000 + 1000);
  }
  equal(log.recovered.length, recoveryLimit);
  equal(new Set(log.recovered.map((recovery) => recovery.part)).size, recoveryLimit);
});

test('the status brings the problems with it, by the server\'s clock', () => {
  const start = { ...initialState(now), clockOffset: 5000 };
  const first = reduce(start, { type: 'system', system: paymentsAway(), at: now });
  equal(first.problems.open.map((open) => open.part), ['payments']);
  const after = reduce(first, { type: 'system', system: system(), at: now + 1000 });
  equal(after.problems.recovered[0]!.at, now + 6000);
});
