import { plainWords } from '../../format/labels';
import { formatAge, formatWhen } from '../../format/time';
import type { InstanceView } from '../../wire/health';
import { StateDot } from '../common/Badge';
import { nextAttempt } from './problemText';

/** Silent for longer than this: what it said last may no longer hold, ms. */
const silentAfterMilliseconds = 60_000;

/** The processes of a service, each with what it does and why it waits. `now` is the server's time, ms. */
export function InstanceList({ instances, now }: { instances: InstanceView[]; now: number }) {
  return (
    <ul className="instances" aria-label="Instances">
      {instances.map((instance) => {
        const silent = now - Date.parse(instance.seen_at);
        const { problem } = instance;
        const next = Date.parse(problem?.next_attempt_at ?? '');
        return (
          <li key={instance.instance} className="instance">
            <p className="instance-head">
              <StateDot tone={instanceTone(instance.state)}>{plainWords(instance.state)}</StateDot>
              <span className="muted">since {formatWhen(instance.since, now)}</span>
              {silent > silentAfterMilliseconds && <span className="warn-text">not heard of for {formatAge(silent)}</span>}
              <code className="instance-name clip" title={instance.instance}>{instance.instance}</code>
            </p>
            {problem && (
              <p className="instance-problem">
                {problem.detail} <span className="muted">Attempt {problem.attempt}{Number.isNaN(next) ? '' : `, ${nextAttempt(next, now)}`}.</span>
              </p>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function instanceTone(state: string) {
  if (state === 'running') return 'good';
  return state === 'retrying' ? 'warn' : 'quiet';
}
