/** GET /api/dead-letters: records that a service could not process, newest first. */

export type DeadLetterState = 'open' | 'replayed' | 'discarded';

export interface DeadLetterOrigin {
  /** The letter's own topic if it is left out. */
  topic?: string;
  partition: number;
  offset: number;
  timestamp?: string | null;
  key?: string | null;
  /** A key that is not UTF-8. */
  key_base64?: string | null;
}

export interface DeadLetter {
  /** <topic>/<group>/<partition>/<offset>, the last two of the dead letter itself. */
  id: string;
  topic: string;
  group: string;
  partition: number;
  offset: number;
  /** Where the record stood that could not be processed, if the letter says. */
  origin?: DeadLetterOrigin | null;
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
  /** false: the server keeps the newest only, and there are older ones. */
  complete?: boolean;
}
