import { Fragment, useState } from 'react';
import { plainWords, serviceLabel } from '../../format/labels';
import { formatCount } from '../../format/number';
import type { ServiceView } from '../../wire/types';
import { StateDot } from '../common/Badge';
import { Icon } from '../common/Icon';
import { InstanceList } from './InstanceList';
import { statusTone } from './summary';

/** Each consumer group: its members, what it has not processed yet; its instances and partitions on demand. `now` is the server's. */
export function ServiceTable({ services, current, now }: { services: ServiceView[]; current: boolean; now: number }) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <table className="table services">
      <caption className="table-caption">Services</caption>
      <thead>
        <tr>
          <th scope="col">Service</th>
          <th scope="col" className="num">Members</th>
          <th scope="col" className="num" title="Offsets between what the group has committed and the end">Lag</th>
          <th scope="col" className="status-cell">State</th>
        </tr>
      </thead>
      <tbody>
        {services.map((service) => {
          const expanded = open === service.name;
          return (
            <Fragment key={service.name}>
              <tr data-service={service.name}>
                <th scope="row">
                  <button
                    type="button" className="row-toggle" aria-expanded={expanded} title={service.group}
                    onClick={() => setOpen(expanded ? null : service.name)}
                  >
                    <span className={`chevron ${expanded ? 'is-open-right' : ''}`}><Icon name="chevronRight" /></span>
                    {serviceLabel(service.name)}
                  </button>
                </th>
                <td className="num">{formatCount(service.members)}</td>
                <td className="num strong">{formatCount(service.lag)}</td>
                <td className="status-cell">
                  <StateDot tone={current ? statusTone(service.status) : 'quiet'}>
                    {service.status === 'ok' ? 'OK' : plainWords(service.status)}
                  </StateDot>
                </td>
              </tr>
              {expanded && (
                <tr className="service-detail">
                  <td colSpan={4}><ServicePartitions service={service} now={now} /></td>
                </tr>
              )}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}

function ServicePartitions({ service, now }: { service: ServiceView; now: number }) {
  const topics = new Map<string, { partition: number; lag: number }[]>();
  for (const entry of service.partitions ?? []) {
    topics.set(entry.topic, [...(topics.get(entry.topic) ?? []), entry]);
  }
  return (
    <div className="partitions">
      <p className="muted">Group {service.group}</p>
      {service.instances !== undefined && service.instances.length > 0 && <InstanceList instances={service.instances} now={now} />}
      {[...topics.entries()].map(([topic, partitions]) => (
        <div key={topic} className="partition-topic">
          <span className="partition-name">{topic}</span>
          <ul className="partition-list">
            {partitions.sort((left, right) => left.partition - right.partition).map((entry) => (
              <li key={entry.partition} className={entry.lag > 0 ? 'partition has-lag' : 'partition'}>
                <span className="partition-number">{entry.partition}</span>
                <span className="sr-only">, lag </span>
                <span>{formatCount(entry.lag)}</span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
