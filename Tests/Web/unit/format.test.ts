import { formatMoney } from '../../../Web/src/format/money';
import { formatCount, formatRate, formatShare, plural } from '../../../Web/src/format/number';
import { formatAge, formatStep, formatWhen } from '../../../Web/src/format/time';
import { countryName, declineLabel, detailLabel, paymentLabel, plainWords, trailLabel } from '../../../Web/src/format/labels';
import { problemFrom } from '../../../Web/src/wire/problem';
import { draftFrom, emptyForm, fieldProblems } from '../../../Web/src/components/send/draft';
import { filterQuery, isFiltering, noFilters } from '../../../Web/src/state/filters';
import { equal, isTrue, test } from './harness';
import { order } from './samples';

const digits = (text: string) => text.replace(/\D/g, '');
const decimals = (text: string) => digits(text.split(/[.,٫](?=\d*\D*$)/)[1] ?? '').length;

test('money has its currency\'s decimals', () => {
  equal(decimals(formatMoney(1.5, 'USD')), 2);
  equal(digits(formatMoney(5000, 'JPY')), '5000');
  equal(digits(formatMoney(1.5, 'KWD')), '1500');
});

test('a currency that is none is shown as it came', () => {
  equal(formatMoney(5, '??'), '5 ??');
});

test('counts are grouped and exact', () => {
  equal(digits(formatCount(1234567)), '1234567');
});

test('small rates have a decimal, large ones none', () => {
  equal(digits(formatRate(2.54)), '25');
  equal(digits(formatRate(254.4)), '254');
  equal(formatRate(0), '0');
});

test('a share of nothing is a dash, not a number', () => {
  equal(formatShare(0, 0), '–');
  equal(digits(formatShare(1, 8)), '125');
});

test('plurals', () => {
  equal(plural(1, 'order'), '1 order');
  equal(plural(2, 'order'), '2 orders');
});

test('ages are short, and never negative', () => {
  equal(
    [-5000, 0, 59_999, 60_000, 3_600_000, 3_900_000, 90_000_000].map(formatAge),
    ['0 s', '0 s', '59 s', '1 min', '1 h', '1 h 5 min', '1 d 1 h'],
  );
});

test('the steps of an order say how long each took', () => {
  equal([85, 1200, 180_000].map(formatStep), ['+85 ms', '+1.2 s', '+3 min']);
});

test('a time of another day says which', () => {
  const now = Date.parse('2024-01-15T12:00:00Z');
  isTrue(formatWhen('2024-01-10T12:00:00Z', now).includes('10'), 'the day is named');
  equal(formatWhen('nonsense', now), '–');
});

test('codes are put in words, unknown ones too', () => {
  equal(declineLabel('INSUFFICIENT_FUNDS'), 'Insufficient funds');
  equal(trailLabel('SOMETHING_NEW'), 'Something new');
  equal(plainWords(''), '–');
  equal(detailLabel('as it came'), 'as it came');
  equal(countryName('US'), 'United States');
  equal(countryName('??'), '??');
});

test('an order without payment is pending, a cancelled one not charged', () => {
  equal(paymentLabel(order(1)).text, 'Pending');
  equal(paymentLabel(order(1, { status: 'CANCELLED' })).text, 'Not charged');
  const payment = { amount: 249.99, currency: 'USD', processed_at: '' };
  equal(paymentLabel(order(1, { status: 'CANCELLED', payment: { ...payment, status: 'PAID' } })).text, 'Refund due');
  equal(paymentLabel(order(1, { payment: { ...payment, status: 'DECLINED' } })).text, 'Declined');
});

test('problem details are read, field by field', () => {
  const problem = problemFrom(422, JSON.stringify({
    title: 'Invalid order', detail: '2 fields', errors: [{ field: 'amount', detail: 'is negative' }, { nonsense: 1 }],
  }), null);
  equal(problem.title, 'Invalid order');
  equal(problem.fields, [{ field: 'amount', detail: 'is negative' }]);
});

test('an answer that is not problem+json still says something', () => {
  const problem = problemFrom(503, '<html>', '7');
  equal(problem.title, 'Not available right now');
  equal(problem.retryAfterSeconds, 7);
});

test('a test order sends numbers as numbers and leaves empty fields out', () => {
  equal(draftFrom({ ...emptyForm, customer_id: '7', amount: '249.99', currency: 'usd ', country: 'US' }),
    { customer_id: 7, amount: 249.99, currency: 'USD', country: 'US' });
});

test('what is no number is sent as typed, for the server to say what is wrong', () => {
  equal(draftFrom({ ...emptyForm, amount: 'ten' }).amount, 'ten');
  equal(draftFrom({ ...emptyForm, amount: '1e400' }).amount, '1e400');
});

test('problems of fields that the form has not are told apart', () => {
  const { byField, others } = fieldProblems([{ field: 'amount', detail: 'a' }, { field: 'created_at', detail: 'b' }]);
  equal(byField.amount, 'a');
  equal(others, [{ field: 'created_at', detail: 'b' }]);
});

test('filters become the query of GET /api/orders', () => {
  isTrue(!isFiltering(noFilters), 'nothing set');
  const filters = { ...noFilters, status: 'CREATED', flagged: true, country: 'br' };
  isTrue(isFiltering(filters), 'something set');
  equal(filterQuery(filters, 'next').toString(), 'status=CREATED&country=BR&flagged=true&limit=50&cursor=next');
});
