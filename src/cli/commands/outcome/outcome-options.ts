import type { OutcomeResult } from '../../../agent/index.ts';
import type { JsonObject } from '../../../base/index.ts';
import type { Invocation, Report } from '../../command.ts';
import { usageError } from '../../error.ts';
import { exitCode } from '../../exit-code.ts';
import { given, givenText } from '../../given.ts';
import { readInput } from '../../input-file.ts';

/** The judge, by one name wherever there is one. */
export const judgeOption = {
  flags: '--judge, --judge-model <id>',
  about: 'this judge instead of those of evals/judge.md',
} as const;

/** Options of commands that work on an outcome. */
export const outcomeOptions = [
  { flags: '--rubric <rubric>', about: 'a file, or inline:<text>: what the judge goes by' },
  { flags: '--max-iterations <n>', about: 'at most so many drafts (3)' },
  judgeOption,
  { flags: '--model <id>', about: 'this model instead of the default of model.md' },
  { flags: '--output-dir <folder>', about: 'in the home: where the result is to be written' },
] as const;

/** What they say. */
export function outcomeRequest({ options, world }: Invocation) {
  const rubric = givenText(options['rubric']);
  const iterations = givenText(options['maxIterations']);
  if (iterations !== undefined && !/^\d+$/.test(iterations)) {
    throw usageError(`--max-iterations ${iterations} is not a number`, 'give 1 to 20');
  }
  return {
    ...(rubric === undefined ? {} : { rubric: readRubric(rubric, world) }),
    ...(iterations === undefined ? {} : { iterationsMax: Number(iterations) }),
    ...given('judge', options['judgeModel']),
    ...given('model', options['model']),
    ...given('outputFolder', options['outputDir']),
  };
}

function readRubric(given: string, world: Invocation['world']): string {
  if (given.startsWith('inline:')) return given.slice('inline:'.length);
  const wanted = 'a file, or write --rubric "inline:…"';
  return readInput(world, given, { wanted }).toString('utf8');
}

const EXITS = {
  satisfied: exitCode.done,
  max_iterations_reached: exitCode.failed,
  failed: exitCode.failed,
  interrupted: exitCode.refused,
} as const;

/** How it ended, for people and for programs. */
export function outcomeReport(result: OutcomeResult, signal: AbortSignal | undefined): Report {
  const { run, status, explanation, drafts, costUsd, outputFiles, text } = result;
  const data: JsonObject = {
    ...{ run, status, explanation, drafts: drafts.length, costUsd, text },
    outputFiles: [...outputFiles],
  };
  const many = drafts.length === 1 ? '1 draft' : `${drafts.length} drafts`;
  const last = `${run} · ${status} · ${many} · ${costUsd.toFixed(6)} USD`;
  const lines = [text, '', ...(explanation === '' ? [] : [explanation]), ...outputFiles, last];
  const isStopped = status === 'interrupted' && signal?.aborted === true;
  return {
    data,
    text: lines.join('\n').trim(),
    exit: isStopped ? exitCode.interrupted : EXITS[status],
  };
}
