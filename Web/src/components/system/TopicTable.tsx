import { formatCount } from '../../format/number';
import type { TopicView } from '../../wire/types';
import { Badge } from '../common/Badge';

const isDeadLetter = (topic: TopicView) => topic.name.endsWith('.dlq');

/** The topics with what they hold; a dead-letter topic that holds something asks for attention. */
export function TopicTable({ topics }: { topics: TopicView[] }) {
  return (
    <table className="table topics">
      <caption className="table-caption">Topics</caption>
      <thead>
        <tr>
          <th scope="col">Topic</th>
          <th scope="col" className="num">Partitions</th>
          <th scope="col" className="num">Records</th>
        </tr>
      </thead>
      <tbody>
        {topics.map((topic) => (
          <tr key={topic.name}>
            <th scope="row" className="clip" title={topic.name}>{topic.name}</th>
            <td className="num">{formatCount(topic.partitions)}</td>
            <td className="num strong">
              {isDeadLetter(topic) && topic.records > 0
                ? <Badge tone="warn" title="Records that could not be processed: orders dlq shows them">{formatCount(topic.records)}</Badge>
                : formatCount(topic.records)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
