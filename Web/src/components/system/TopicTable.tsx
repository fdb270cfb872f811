import { formatCount } from '../../format/number';
import type { DeadLetterCounts } from '../../wire/health';
import type { TopicView } from '../../wire/types';
import { Badge } from '../common/Badge';

/** Whether a dead-letter topic holds something to decide on; by its offsets where the server does not say what is open. */
function isWaiting(topic: TopicView, deadLetters: DeadLetterCounts | undefined): boolean {
  if (!topic.name.endsWith('.dlq')) return false;
  if (deadLetters === undefined) return topic.offsets > 0;
  return deadLetters.topics.some((place) => place.open > 0 && `${place.topic}.${place.group}.dlq` === topic.name);
}

/** The topics with what they hold; a dead-letter topic that holds something asks for attention. */
export function TopicTable({ topics, deadLetters }: { topics: TopicView[]; deadLetters: DeadLetterCounts | undefined }) {
  return (
    <table className="table topics">
      <caption className="table-caption">Topics</caption>
      <thead>
        <tr>
          <th scope="col">Topic</th>
          <th scope="col" className="num">Partitions</th>
          <th scope="col" className="num" title="Between each beginning and end: transaction markers and what compaction took away count">Offsets</th>
        </tr>
      </thead>
      <tbody>
        {topics.map((topic) => (
          <tr key={topic.name}>
            <th scope="row" className="clip" title={topic.name}>{topic.name}</th>
            <td className="num">{formatCount(topic.partitions)}</td>
            <td className="num strong">
              {isWaiting(topic, deadLetters)
                ? <Badge tone="warn" title="Records that could not be processed: orders dlq shows them">{formatCount(topic.offsets)}</Badge>
                : formatCount(topic.offsets)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
