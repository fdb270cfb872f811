import { reconcilerFacts, reconcilerText } from '../../../Web/src/components/system/reconciler';
import type { ReconcilerView } from '../../../Web/src/wire/health';
import { equal, isTrue, test } from './harness';

const now = Date.parse('2024-01-15T12:05:00Z');
const view = (changes: Partial<ReconcilerView>): ReconcilerView =>
  ({ status: 'ok', checked_orders: 12_345, findings: 0, checked_through: '2024-01-15T12:03:00Z', ...changes });
const digits = (text: string) => text.replace(/(\d)\D(?=\d{3})/g, '$1');

test('a reconciler that agrees says how much it has checked, and how far', () => {
  const text = reconcilerText(view({}), now);
  equal([text.tone, text.state], ['good', 'OK']);
  isTrue(digits(text.line).startsWith('no orders in the last hour, 12345 orders checked before'), text.line);
  isTrue(text.through.startsWith(', checked through '), text.through);
});

test('a reconciler always says how much of the last hour it has checked, and how late it is', () => {
  const all = { last_hour: { checked: 900, skipped: 0, overdue: 0, coverage: 1 }, delay_milliseconds: 3_400 };
  equal(reconcilerText(view(all), now).line, '100% of the last hour checked, 0 differences, 3 s behind');
  const most = { status: 'behind', last_hour: { checked: 98_449, skipped: 1_551, overdue: 0, coverage: 0.9844 } };
  const text = reconcilerText(view(most), now);
  equal(text.tone, 'warn');
  isTrue(text.line.endsWith('98.4% of the last hour checked, 0 differences'), text.line);
  isTrue(reconcilerText(view({ ...most, status: 'ok' }), now).line.startsWith('98.4%'), 'whatever the state');
  isTrue(reconcilerText(view({ ...most, findings: 2 }), now).line.endsWith('98.4% of the last hour checked'), 'with findings, too');
});

test('what is nearly all is not rounded up to all', () => {
  const hour = { checked: 999_999, skipped: 1, overdue: 0, coverage: 0.9999 };
  isTrue(reconcilerText(view({ last_hour: hour }), now).line.startsWith('99.9%'), 'rounded down');
});

test('nothing checked is not called agreement', () => {
  const text = reconcilerText(view({ checked_orders: 0 }), now);
  equal([text.tone, text.line], ['quiet', 'no orders to check yet']);
});

test('a finding outweighs every state', () => {
  for (const status of ['ok', 'behind', 'starting', 'off', 'findings']) {
    const text = reconcilerText(view({ status, findings: 1 }), now);
    equal([text.tone, text.state], ['bad', '1 finding'], status);
  }
  equal(reconcilerText(view({ status: 'findings', findings: undefined }), now).tone, 'bad');
});

test('behind is said with how far', () => {
  const text = reconcilerText(view({ status: 'behind' }), now);
  equal(text.tone, 'warn');
  isTrue(text.line.startsWith('behind by 2 min'), text.line);
  isTrue(reconcilerText(view({ status: 'behind', checked_through: null }), now).line.startsWith('behind; '), 'without a time');
});

test('starting, off and states not known here are quiet', () => {
  equal(['starting', 'off', 'some_new_state'].map((status) => reconcilerText(view({ status }), now).tone), ['quiet', 'quiet', 'quiet']);
  isTrue(reconcilerText(view({ status: 'some_new_state' }), now).line.startsWith('some new state'), 'in plain words');
});

test('facts that the server leaves out are left out', () => {
  equal(reconcilerFacts({ status: 'off' }, now), []);
  equal(
    reconcilerFacts(
      view({ open_orders: 4, skipped_orders: 2, sweep: { windows_checked: 3, orders_checked: 99 }, last_hour: { checked: 1, skipped: 2, overdue: 0, coverage: 0.3333 } }),
      now,
    ).map(([name]) => name),
    ['Checked through', 'Under way', 'Last hour', 'Not checked', 'Stored orders'],
  );
});
