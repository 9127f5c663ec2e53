/**
 * Long random testing, by default a million cases of each property:
 *
 *     node test/fuzz/fuzz.ts [--runs 1000000] [--seed 1] [name…]
 *
 * A failure prints the smallest case found and the seed and path that bring it back.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { forgedContinuationsAreSafe } from './continuation.ts';
import { certainErrorsAreCertain, provenRegisterHolds, provenStackHolds } from './proven.ts';
import { compiledEqualsInterpreted as registerEquality } from './register-equality.ts';
import { compiledEqualsInterpreted as stackEquality } from './stack-equality.ts';
import { vectorFilesAreTagged } from './suite-file.ts';
import {
  assemblingIsTagged,
  disassemblyReassembles,
  loadingIsTagged,
  runningIsTagged,
  verifyingIsSound,
} from './tools.ts';

interface Batch {
  readonly numRuns: number;
  readonly seed: number;
}

interface Outcome {
  readonly failed: boolean;
  readonly report: string | undefined;
}

function outcome<T>(details: fc.RunDetails<T>): Outcome {
  return { failed: details.failed, report: fc.defaultReportMessage(details) };
}

/** What is fuzzed, by the name the command line takes. */
const properties: Readonly<Record<string, (batch: Batch) => Outcome>> = {
  register: (batch) => outcome(fc.check(registerEquality, batch)),
  continuation: (batch) => outcome(fc.check(forgedContinuationsAreSafe, batch)),
  'vector-file': (batch) => outcome(fc.check(vectorFilesAreTagged, batch)),
  stack: (batch) => outcome(fc.check(stackEquality, batch)),
  'proven-register': (batch) =>
    outcome(fc.check(provenRegisterHolds, { ...batch, maxSkipsPerRun: 1000 })),
  'proven-stack': (batch) =>
    outcome(fc.check(provenStackHolds, { ...batch, maxSkipsPerRun: 1000 })),
  certain: (batch) => outcome(fc.check(certainErrorsAreCertain, batch)),
  load: (batch) => outcome(fc.check(loadingIsTagged, batch)),
  assemble: (batch) => outcome(fc.check(assemblingIsTagged, batch)),
  disassemble: (batch) => outcome(fc.check(disassemblyReassembles, batch)),
  verify: (batch) => outcome(fc.check(verifyingIsSound, batch)),
  run: (batch) => outcome(fc.check(runningIsTagged, batch)),
};

/** Cases between two progress lines; each batch has a seed of its own. */
const BATCH = 20_000;

function fuzz(name: string, { runs, seed }: { runs: number; seed: number }): boolean {
  const property = properties[name];
  if (!property) {
    console.error(`no property "${name}"; there are: ${Object.keys(properties).join(', ')}`);
    return false;
  }
  for (let done = 0; done < runs; done += BATCH) {
    const numRuns = Math.min(BATCH, runs - done);
    const { failed, report } = property({ numRuns, seed: seed + done });
    if (failed) {
      console.log(report);
      return false;
    }
    console.error(`${name}: ${done + numRuns} of ${runs} cases passed`);
  }
  console.log(`${name}: ${runs} cases passed, seed ${seed}`);
  return true;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
  },
});
const bounds = { runs: Number(values.runs), seed: Number(values.seed) };
const names = positionals.length > 0 ? positionals : Object.keys(properties);
const passed = names.map((name) => fuzz(name, bounds));
process.exitCode = passed.every(Boolean) ? 0 : 1;
