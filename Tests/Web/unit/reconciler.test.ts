import { reconcilerFacts, reconcilerText } from '../../../Web/src/components/system/reconciler';
import type { ReconcilerView } from '../../../Web/src/wire/health';
import { equal, isTrue, test } from './harness';

const now = Date.parse('2024-01-15T12:05:00Z');
const view = (changes: Partial<ReconcilerView>): ReconcilerView =>
  ({ status: 'ok', checked_orders: 12_345, findings: 0, checked_through: '2024-01-15T12:03:00Z', ...changes });
const digits = (text: string) => text.replace(/(\d)\D(?=\d{3})/g, '$1');

test('a reconciler that agrees says how much it has checked, and how far', () => {
  const text = reconcilerText(view({}), now);
  equal([text.tone, text.state, digits(text.line)], ['good', 'OK', '12345 orders checked, everything agrees']);
  isTrue(text.through.startsWith(', checked through '), text.through);
});

test('nothing checked is not called agreement', () => {
  equal(reconcilerText(view({ checked_orders: 0 }), now).line, 'no orders to check yet');
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
    reconcilerFacts(view({ open_orders: 4, skipped_records: 2, sweep: { windows_checked: 3, orders_checked: 99 } }), now).map(([name]) => name),
    ['Checked through', 'Under way', 'Left out', 'Stored orders'],
  );
});
