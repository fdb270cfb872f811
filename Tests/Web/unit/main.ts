import './batch.test';
import './deadLetters.test';
import './deliveries.test';
import './feed.test';
import './format.test';
import './link.test';
import './reducer.test';
import './reconciler.test';
import './series.test';
import './systemProblems.test';
import './views.test';
import { runAll, type UnitResult } from './harness';

declare global {
  var unitResult: UnitResult | undefined;
  var process: { exitCode?: number } | undefined;
}

void runAll().then((result) => {
  for (const failure of result.failures) console.error(`FAILED  ${failure}`);
  console.log(`${result.passed} passed, ${result.failures.length} failed`);
  globalThis.unitResult = result;
  if (globalThis.process !== undefined) globalThis.process.exitCode = result.failures.length === 0 ? 0 : 1;
});
