/** A random key of 128 bits. Not randomUUID: that exists only on secure origins, and the page may be served on a plain one. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
