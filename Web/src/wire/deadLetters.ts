/** GET /api/dead-letters: records that a service could not process, newest first. */

export type DeadLetterState = 'open' | 'replayed' | 'discarded';

export interface DeadLetter {
  /** <topic>/<group>/<partition>/<offset>, the last two of the dead letter itself. */
  id: string;
  topic: string;
  group: string;
  partition: number;
  offset: number;
  /** Where the record stood that could not be processed. */
  origin: { partition: number; offset: number; timestamp?: string | null; key?: string | null };
  code: string;
  reason: string;
  failed_at: string;
  /** How often it had been replayed before it failed again. */
  attempts: number;
  state: DeadLetterState;
  decided_at?: string | null;
  /** The record's value where it is UTF-8; else `value_base64`; neither for a record without a value. */
  value?: string | null;
  value_base64?: string | null;
  /** Length of the whole value; what is sent of it may be less. */
  value_bytes: number;
}

export interface DeadLettersPage {
  dead_letters: DeadLetter[];
  next_cursor: string | null;
}
