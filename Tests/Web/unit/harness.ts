/** A test runner of one page, so that the same bundle runs in node and in a browser without any library. */

type Body = () => void | Promise<void>;

const tests: { name: string; body: Body }[] = [];

export function test(name: string, body: Body): void {
  tests.push({ name, body });
}

export function equal(actual: unknown, expected: unknown, what = 'value'): void {
  const got = JSON.stringify(actual);
  const wanted = JSON.stringify(expected);
  if (got !== wanted) throw new Error(`${what}: expected ${wanted}, got ${got}`);
}

export function same(actual: unknown, expected: unknown, what = 'value'): void {
  if (actual !== expected) throw new Error(`${what}: expected the very same object`);
}

export function isTrue(condition: boolean, what: string): void {
  if (!condition) throw new Error(`not true: ${what}`);
}

export function near(actual: number, expected: number, tolerance: number, what = 'value'): void {
  if (!(Math.abs(actual - expected) <= tolerance)) {
    throw new Error(`${what}: expected ${expected} ± ${tolerance}, got ${actual}`);
  }
}

export interface UnitResult {
  passed: number;
  failures: string[];
}

export async function runAll(): Promise<UnitResult> {
  const failures: string[] = [];
  for (const { name, body } of tests) {
    try {
      await body();
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { passed: tests.length - failures.length, failures };
}
