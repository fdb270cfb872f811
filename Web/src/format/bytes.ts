import { formatCount } from './number';

const kibibyte = 1024;

/** 512 bytes, 1.5 KiB, 3 MiB. */
export function formatBytes(count: number): string {
  if (count < kibibyte) return count === 1 ? '1 byte' : `${formatCount(count)} bytes`;
  const [size, unit] = count < kibibyte * kibibyte ? [count / kibibyte, 'KiB'] : [count / (kibibyte * kibibyte), 'MiB'];
  return `${Number(size.toFixed(1))} ${unit}`;
}

/** The bytes of base64; none where it is not base64. */
export function bytesOfBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array(); // the server's mistake: there is nothing to show
  }
}

/** 7b ff 00 */
export function hex(bytes: Iterable<number>): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** Bytes as a dump: offset, bytes in hex, printable ASCII; `width` bytes a line. */
export function hexDump(bytes: Uint8Array, width = 16): string {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += width) {
    const line = [...bytes.subarray(start, start + width)];
    const text = line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${start.toString(16).padStart(6, '0')}  ${hex(line).padEnd(width * 3 - 1)}  ${text}`);
  }
  return lines.join('\n');
}
