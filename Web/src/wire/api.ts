import type {
  AlertsPage, OrderAccepted, OrderDetail, OrderDraft, OrdersPage, SessionView, StatsResponse, SystemView, TimeseriesResponse,
} from './types';
import type { DeliveryList, Redelivery } from './contract';
import type { DeadLettersPage } from './deadLetters';
import { problemFrom, unreachable, type Problem } from './problem';

/** A request that did not work; `problem` says why in words for the reader. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

export interface Answer<Value> {
  value: Value;
  /** The server's clock when it answered (Date header), in ms since the epoch. */
  serverTime: number | null;
}

const timeoutMilliseconds = 10_000;

let unauthenticated = (): void => {};

/** Called when a request other than a POST is answered 401; a form shows what is wrong with its own. */
export function whenUnauthenticated(handle: () => void): void {
  unauthenticated = handle;
}

/** The calls of the HTTP API. All of them throw only `ApiError`, or the `AbortError` of the given signal. */
export const api = {
  orders: (query: URLSearchParams, signal?: AbortSignal) =>
    request<OrdersPage>(`/api/orders?${query}`, { signal }),
  order: (id: number | string, signal?: AbortSignal) =>
    request<OrderDetail>(`/api/orders/${encodeURIComponent(String(id))}`, { signal }),
  stats: (signal?: AbortSignal) => request<StatsResponse>('/api/stats', { signal }),
  timeseries: (minutes: number, signal?: AbortSignal) =>
    request<TimeseriesResponse>(`/api/stats/timeseries?minutes=${minutes}`, { signal }),
  alerts: (limit: number, signal?: AbortSignal) => request<AlertsPage>(`/api/alerts?limit=${limit}`, { signal }),
  system: (signal?: AbortSignal) => request<SystemView>('/api/system', { signal }),
  deadLetters: (query: URLSearchParams, signal?: AbortSignal) =>
    request<DeadLettersPage>(`/api/dead-letters?${query}`, { signal }),
  deliveries: (query: URLSearchParams, signal?: AbortSignal) =>
    request<DeliveryList>(`/api/webhooks/deliveries?${query}`, { signal }),
  redeliver: (id: string, endpoint: string) =>
    request<Redelivery>(`/api/webhooks/deliveries/${encodeURIComponent(id)}/redeliver?${new URLSearchParams({ endpoint })}`, {
      method: 'POST',
    }),
  send: (draft: OrderDraft, idempotencyKey: string) =>
    request<OrderAccepted>('/api/orders', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey },
      body: JSON.stringify(draft),
    }),
  session: () => request<SessionView>('/api/session', {}),
  signIn: (credential: string) =>
    request<SessionView>('/api/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ credential }),
    }),
  signOut: () => request<null>('/api/session', { method: 'DELETE' }),
  /** Whether the server answers at all, within `timeout` ms. */
  alive: async (timeout: number): Promise<boolean> => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), timeout);
    try {
      return (await fetch('/healthz', { cache: 'no-store', signal: controller.signal })).ok;
    } catch {
      return false; // no answer is the answer
    } finally {
      clearTimeout(timer);
    }
  },
};

async function request<Value>(path: string, init: RequestInit): Promise<Answer<Value>> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMilliseconds);
  const cancel = () => timeout.abort();
  init.signal?.addEventListener('abort', cancel);
  try {
    const response = await fetch(path, {
      cache: 'no-store',
      ...init,
      headers: { Accept: 'application/json, application/problem+json', ...init.headers },
      signal: timeout.signal,
    });
    const body = await response.text();
    if (response.status === 401 && init.method !== 'POST') unauthenticated();
    if (!response.ok) throw new ApiError(problemFrom(response.status, body, response.headers.get('Retry-After')));
    return { value: response.status === 204 ? (null as Value) : parse<Value>(body, path), serverTime: dateOf(response) };
  } catch (error) {
    if (error instanceof ApiError) throw error;
    if (init.signal?.aborted) throw error;
    throw new ApiError(unreachable(timeout.signal.aborted));
  } finally {
    clearTimeout(timer);
    init.signal?.removeEventListener('abort', cancel);
  }
}

function parse<Value>(body: string, path: string): Value {
  try {
    return JSON.parse(body) as Value;
  } catch {
    throw new ApiError({
      status: 200,
      title: 'Unreadable answer',
      detail: `${path} answered with something that is not JSON.`,
      fields: [],
    });
  }
}

function dateOf(response: Response): number | null {
  const time = Date.parse(response.headers.get('Date') ?? '');
  return Number.isNaN(time) ? null : time;
}
