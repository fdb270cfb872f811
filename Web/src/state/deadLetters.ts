import type { DeadLetter } from '../wire/deadLetters';
import type { SystemView } from '../wire/types';

/** What the list of dead letters is narrowed to. Empty strings mean any. */
export interface DeadLetterFilters {
  topic: string;
  group: string;
  code: string;
  state: 'open' | 'replayed' | 'discarded' | 'all';
}

export const openDeadLetters: DeadLetterFilters = { topic: '', group: '', code: '', state: 'open' };

export const deadLetterPageSize = 25;
/** Kept on the page; a letter may carry 64 KiB. */
export const deadLetterLimit = 200;

/** The query of GET /api/dead-letters. */
export function deadLetterQuery(filters: DeadLetterFilters, cursor: string | null): URLSearchParams {
  const query = new URLSearchParams({ state: filters.state });
  for (const name of ['topic', 'group', 'code'] as const) {
    const value = filters[name].trim();
    if (value !== '') query.set(name, value);
  }
  query.set('limit', String(deadLetterPageSize));
  if (cursor !== null) query.set('cursor', cursor);
  return query;
}

/** The topics and groups that have dead letters, as the status knows them; `<topic>.<group>.dlq` where it has no counts. */
export function deadLetterPlaces(view: SystemView | null): { topics: string[]; groups: string[] } {
  const [topics, groups] = [new Set<string>(), new Set<string>()];
  for (const place of view?.dead_letters?.topics ?? []) {
    topics.add(place.topic);
    groups.add(place.group);
  }
  for (const { name } of view?.topics ?? []) {
    const service = view?.services.find((candidate) => name.endsWith(`.${candidate.group}.dlq`));
    if (service === undefined) continue;
    topics.add(name.slice(0, -`.${service.group}.dlq`.length));
    groups.add(service.group);
  }
  return { topics: [...topics].sort(), groups: [...groups].sort() };
}

/** Where tools look for Kafka by default. */
const defaultKafka = '127.0.0.1:9092';

/** The command line that decides on a dead letter; it names the broker unless that is the one tools find by themselves. */
export function decisionCommand(
  decision: 'replay' | 'discard', id: string, bootstrap: string | undefined, options = '',
): string {
  const kafka = bootstrap === undefined || bootstrap === defaultKafka ? '' : ` --kafka ${shellWord(bootstrap)}`;
  return `orders dlq ${decision} ${shellWord(id)}${options}${kafka}`;
}

export interface Decision {
  meaning: string;
  command: string;
}

type Valued = Partial<Pick<DeadLetter, 'value' | 'value_base64' | 'value_bytes'>>;

/** Whether the record has a value that the letter does not hold, since it was too large for it. */
export function lacksValue(letter: Valued): boolean {
  return (letter.value_bytes ?? 0) > 0 && typeof letter.value !== 'string' && typeof letter.value_base64 !== 'string';
}

/** What can be decided on a letter, each with the command that does it. */
export function decisionsOn(letter: Pick<DeadLetter, 'id' | 'state'> & Valued, bootstrap: string | undefined): Decision[] {
  const command = (decision: 'replay' | 'discard', options?: string) => decisionCommand(decision, letter.id, bootstrap, options);
  if (letter.state === 'discarded') {
    return [{ meaning: 'To process it after all', command: command('replay', lacksValue(letter) ? ' --state discarded --value-file FILE' : ' --state discarded') }];
  }
  if (letter.state !== 'open') return [];
  const decisions = [
    { meaning: 'To process it again as it is, once the cause is fixed', command: command('replay') },
    { meaning: 'To process it with the value of a file in its place', command: command('replay', ' --value-file FILE') },
    { meaning: 'To leave it unprocessed; it can still be replayed later', command: command('discard') },
  ];
  // What the letter does not hold cannot be put back.
  return lacksValue(letter) ? decisions.slice(1) : decisions;
}

/** A word as a POSIX shell reads it: quoted where it must be. */
export function shellWord(text: string): string {
  return /^[\w./:,@%+=-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`;
}
