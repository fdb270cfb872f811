import { useCallback, useEffect, useState } from 'react';

/** What the side panel shows. In the address, so that an order can be linked to and Back closes it. */
export type Route = { kind: 'none' } | { kind: 'order'; id: string } | { kind: 'send' } | { kind: 'dead-letters' } | { kind: 'webhooks' };

export function routeFrom(hash: string): Route {
  const order = /^#\/orders\/(\d+)$/.exec(hash);
  if (order !== null) return { kind: 'order', id: order[1]! };
  if (hash === '#/dead-letters') return { kind: 'dead-letters' };
  if (hash === '#/webhooks') return { kind: 'webhooks' };
  return hash === '#/send' ? { kind: 'send' } : { kind: 'none' };
}

export function hashOf(route: Route): string {
  if (route.kind === 'order') return `#/orders/${route.id}`;
  if (route.kind === 'dead-letters') return '#/dead-letters';
  if (route.kind === 'webhooks') return '#/webhooks';
  return route.kind === 'send' ? '#/send' : '';
}

export function useRoute(): [Route, (route: Route) => void] {
  const [route, setRoute] = useState(() => routeFrom(location.hash));
  useEffect(() => {
    const read = () => setRoute(routeFrom(location.hash));
    addEventListener('popstate', read);
    return () => removeEventListener('popstate', read);
  }, []);
  const go = useCallback((next: Route) => {
    const address = location.pathname + location.search + hashOf(next);
    if (hashOf(next) !== location.hash) history.pushState(null, '', address);
    setRoute(next);
  }, []);
  return [route, go];
}
