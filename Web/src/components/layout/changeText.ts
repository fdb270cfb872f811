import { formatAge } from '../../format/time';

/** How long ago the newest change of an order was made, by the server's clock: `last change 12 s ago`. */
export function changeText(newest: number | null, serverNow: number): string {
  if (newest === null) return 'no orders yet';
  const age = serverNow - newest;
  return age < 3_000 ? 'last change just now' : `last change ${formatAge(age)} ago`;
}
