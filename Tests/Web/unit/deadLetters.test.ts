import { bytesOfBase64, formatBytes, hexDump } from '../../../Web/src/format/bytes';
import { deadLetterPlaces, deadLetterQuery, decisionCommand, decisionsOn, openDeadLetters, shellWord } from '../../../Web/src/state/deadLetters';
import { equal, test } from './harness';
import { service, system } from './samples';

test('what is open is asked for first, and only filters that are set are sent', () => {
  equal(deadLetterQuery(openDeadLetters, null).toString(), 'state=open&limit=25');
  const filters = { topic: 'orders', group: 'fraud-group', code: ' missing_field ', state: 'all' as const };
  equal(deadLetterQuery(filters, 'a/b').toString(), 'state=all&topic=orders&group=fraud-group&code=missing_field&limit=25&cursor=a%2Fb');
});

test('the command names the broker only where tools would not find it', () => {
  const id = 'orders/payments-group/3/17';
  equal(decisionCommand('replay', id, '127.0.0.1:9092'), `orders dlq replay ${id}`);
  equal(decisionCommand('replay', id, undefined), `orders dlq replay ${id}`);
  equal(decisionCommand('discard', id, 'kafka-1:9092,kafka-2:9092'), `orders dlq discard ${id} --kafka kafka-1:9092,kafka-2:9092`);
});

test('an open letter can be replayed, corrected or discarded, a discarded one still replayed, a replayed one is done', () => {
  const id = 'orders/fraud-group/0/3';
  const commands = (state: 'open' | 'replayed' | 'discarded') => decisionsOn({ id, state }, 'k:1').map(({ command }) => command);
  equal(commands('open'), [
    `orders dlq replay ${id} --kafka k:1`, `orders dlq replay ${id} --value-file FILE --kafka k:1`, `orders dlq discard ${id} --kafka k:1`,
  ]);
  equal(commands('discarded'), [`orders dlq replay ${id} --state discarded --kafka k:1`]);
  equal(commands('replayed'), []);
});

test('a letter that does not hold its value is replayed only with another', () => {
  const id = 'orders/fraud-group/0/3';
  const commands = (state: 'open' | 'discarded', value?: string) =>
    decisionsOn({ id, state, value: value ?? null, value_bytes: 3 }, 'k:1').map(({ command }) => command);
  equal(commands('open'), [`orders dlq replay ${id} --value-file FILE --kafka k:1`, `orders dlq discard ${id} --kafka k:1`]);
  equal(commands('discarded'), [`orders dlq replay ${id} --state discarded --value-file FILE --kafka k:1`]);
  equal(commands('open', 'abc').length, 3);
});

test('what a shell would read otherwise is quoted', () => {
  equal(['a b', "it's", '$(rm)', ''].map(shellWord), ["'a b'", "'it'\\''s'", "'$(rm)'", "''"]);
});

test('topics and groups come from the counts and from the names of topics', () => {
  const view = system({
    services: [service('payments', 'ok'), service('sink', 'ok')],
    topics: [
      { name: 'orders', partitions: 6, offsets: 1 }, { name: 'order-analytics.sink-group.dlq', partitions: 6, offsets: 0 },
      { name: 'stray.dlq', partitions: 1, offsets: 0 },
    ],
    dead_letters: { open: 1, topics: [{ topic: 'orders', group: 'payments-group', open: 1 }] },
  });
  equal(deadLetterPlaces(view), { topics: ['order-analytics', 'orders'], groups: ['payments-group', 'sink-group'] });
  equal(deadLetterPlaces(null), { topics: [], groups: [] });
});

test('bytes are dumped with their offset and what is printable', () => {
  equal(hexDump(new Uint8Array([0x7b, 0xff, 0x00, 0x41, 0x7d]), 4), '000000  7b ff 00 41  {..A\n000004  7d           }');
  equal(hexDump(new Uint8Array()), '');
});

test('base64 that is none has no bytes', () => {
  equal([...bytesOfBase64('/wA=')], [255, 0]);
  equal([...bytesOfBase64('%%%')], []);
});

test('sizes are short', () => {
  equal([1, 512, 1536, 65_536, 3 * 1024 * 1024].map(formatBytes), ['1 byte', '512 bytes', '1.5 KiB', '64 KiB', '3 MiB']);
});
