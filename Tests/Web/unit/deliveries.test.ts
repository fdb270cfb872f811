import { deliveryKey, deliveryQuery, outcomeOf } from '../../../Web/src/state/deliveries';
import { equal, test } from './harness';

test('a list of deliveries is asked for by state, and all of them without one', () => {
  equal(deliveryQuery('failed').toString(), 'limit=100&state=failed');
  equal(deliveryQuery('all').toString(), 'limit=100');
});

test('a delivery is known by its event and its endpoint: each endpoint has one of each event', () => {
  equal(deliveryKey({ id: 'msg_1_order_paid', endpoint: 'crm' }), 'msg_1_order_paid/crm');
});

test('what came of a delivery is said in words', () => {
  equal(outcomeOf({ state: 'delivered', attempts: 1, status: 204 }), 'Answered 204');
  equal(outcomeOf({ state: 'pending', attempts: 0 }), 'Not attempted yet');
  equal(outcomeOf({ state: 'failed', attempts: 3, status: 410, detail: 'it wants no more' }), 'it wants no more');
});
