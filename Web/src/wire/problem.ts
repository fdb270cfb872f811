/** A failed request, as RFC 9457 problem details where the server gave them. */

export interface FieldProblem {
  field: string;
  detail: string;
}

export interface Problem {
  /** HTTP status; 0 when no answer came at all. */
  status: number;
  title: string;
  detail: string;
  fields: FieldProblem[];
  /** Seconds after which the server asks to be tried again, where it said so. */
  retryAfterSeconds?: number;
}

export function unreachable(timedOut: boolean): Problem {
  return {
    status: 0,
    title: timedOut ? 'No answer in time' : 'Cannot reach the server',
    detail: timedOut
      ? 'The server did not answer. It may be busy or the connection may be broken.'
      : 'The connection failed. The server may be down or restarting.',
    fields: [],
  };
}

/** Reads the body of a failed answer; anything that is not problem+json still gives a usable message. */
export function problemFrom(status: number, body: string, retryAfter: string | null): Problem {
  const problem: Problem = {
    status,
    title: titleFor(status),
    detail: `The server answered with HTTP status ${status}.`,
    fields: [],
  };
  const seconds = Number(retryAfter);
  if (retryAfter !== null && Number.isFinite(seconds) && seconds >= 0) problem.retryAfterSeconds = seconds;

  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return problem; // an answer of a proxy, say: the status is all there is to tell
  }
  if (typeof parsed !== 'object' || parsed === null) return problem;
  const details = parsed as Record<string, unknown>;
  if (typeof details.title === 'string' && details.title !== '') problem.title = details.title;
  if (typeof details.detail === 'string' && details.detail !== '') problem.detail = details.detail;
  if (Array.isArray(details.errors)) problem.fields = details.errors.filter(isFieldProblem);
  return problem;
}

function isFieldProblem(value: unknown): value is FieldProblem {
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as Record<string, unknown>;
  return typeof candidate.field === 'string' && typeof candidate.detail === 'string';
}

function titleFor(status: number): string {
  if (status === 404) return 'Not found';
  if (status === 503) return 'Not available right now';
  if (status >= 500) return 'The server failed';
  return 'The request was refused';
}
