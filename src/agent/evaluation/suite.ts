import {
  FolderError,
  type GoldenCase,
  type JudgeFile,
  type Problem,
  parseGoldenCase,
  parseJudgeFile,
  parseRubric,
  type Rubric,
} from '../../folder/index.ts';
import { AgentError } from '../error.ts';
import { readModelOf } from '../prompt/prompt-source.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';
import { researchSettings } from '../research/settings.ts';

/** A case with its place. */
export interface FiledCase {
  /** Path inside the agent folder. */
  readonly path: string;
  readonly golden: GoldenCase;
  /** A failure of production, kept so that it does not come back. */
  readonly isRegression: boolean;
}

/** All that an agent is measured by. */
export interface Suite {
  readonly rubric: Rubric;
  /** Absent: the usual judges with the usual prompt, strictly. */
  readonly judge?: JudgeFile;
  readonly cases: readonly FiledCase[];
  /** Files under `golden/` and `regressions/` that cannot be run: each is a failure of the suite. */
  readonly broken: readonly Problem[];
  /** What is worth a look and stops nothing. */
  readonly warnings: readonly Problem[];
}

/** Which cases are wanted; all when empty. */
export interface CaseFilter {
  readonly category?: string;
  /** The exact `test_id`. */
  readonly test?: string;
}

/** A case, and the folder of its category where it stands in one. */
const CASE_PATH = /^evals\/(golden|regressions)\/(?:([^/]+)\/)?.*\.md$/;

/** Reads an agent's rubric, judge and cases. Throws `agent/no-rubric`, `agent/unknown-case`. */
export async function openSuite(snapshot: AgentSnapshot, filter: CaseFilter = {}): Promise<Suite> {
  const rubricText = await snapshot.read('evals/rubric.md');
  if (rubricText === undefined) throw noRubric(snapshot);
  const rubric = parseRubric(rubricText, snapshot.inHome('evals/rubric.md'));
  const judgeText = await snapshot.read('evals/judge.md');
  const read = await readCases(snapshot);
  const cases = read.cases.filter(({ golden: { id, category } }) => {
    if (filter.test !== undefined && id !== filter.test) return false;
    return filter.category === undefined || category === filter.category;
  });
  if (filter.test !== undefined && cases.length === 0) throw unknownCase(filter.test, read.cases);
  const { settings } = await readModelOf(snapshot);
  const bare = researchSettings(settings).needsFacts
    ? cases.filter(({ golden }) => golden.expectedFacts.length === 0).map(bareCase)
    : [];
  return {
    rubric,
    ...(judgeText === undefined
      ? {}
      : { judge: parseJudgeFile(judgeText, snapshot.inHome('evals/judge.md')) }),
    cases,
    broken: read.broken,
    warnings: [
      ...rubric.warnings,
      ...bare,
      ...cases.flatMap((each) => caseWarnings(each, { rubric, paths: snapshot.paths })),
    ],
  };
}

async function readCases(snapshot: AgentSnapshot) {
  const cases: FiledCase[] = [];
  const broken: Problem[] = [];
  const seen = new Map<string, string>();
  for (const path of snapshot.paths.filter((each) => CASE_PATH.test(each))) {
    const read = tryParse((await snapshot.read(path)) ?? '', snapshot.inHome(path));
    if (!('golden' in read)) {
      broken.push(...read.problems);
      continue;
    }
    const { golden } = read;
    const [, kind, below] = CASE_PATH.exec(path) ?? [];
    const folder = kind === 'golden' ? below : undefined;
    const twin = seen.get(golden.id);
    if (folder !== undefined && folder !== golden.category) {
      broken.push(
        problem(golden, `category ${golden.category} stands in the folder of ${folder}`, 'move it'),
      );
    } else if (twin !== undefined) {
      broken.push(problem(golden, `test_id ${golden.id} is that of ${twin} too`, 'rename one'));
    } else {
      seen.set(golden.id, path);
      cases.push({ path, golden, isRegression: kind === 'regressions' });
    }
  }
  return { cases, broken };
}

function tryParse(
  text: string,
  file: string,
): { readonly golden: GoldenCase } | { readonly problems: readonly Problem[] } {
  try {
    return { golden: parseGoldenCase(text, file) };
  } catch (error) {
    if (error instanceof FolderError) return { problems: error.problems };
    throw error;
  }
}

/** What a case names that is not there: nothing would ever check it. */
function caseWarnings(
  { golden }: FiledCase,
  { rubric, paths }: { readonly rubric: Rubric; readonly paths: readonly string[] },
): readonly Problem[] {
  const codes = new Set(rubric.hardFails.map(({ code }) => code));
  const dimensions = golden.criteria
    .map(({ dimension }) => dimension)
    .filter((name) => rubric.weights[name] === undefined);
  const fails = golden.namedHardFails.filter((code) => !codes.has(code));
  const sources = golden.expectedFacts
    .map(({ source }) => source)
    .filter((source) => /^[\w./-]+\.\w+$/.test(source) && !paths.includes(source));
  return [
    ...[...dimensions, ...fails].map((name) =>
      problem(golden, `the pass criteria name ${name}, the rubric does not`, 'correct one of them'),
    ),
    ...sources.map((source) =>
      problem(golden, `an expected fact names ${source}, which is not there`, 'name its source'),
    ),
  ];
}

const bareCase = ({ golden }: FiledCase): Problem =>
  problem(
    golden,
    'it has no expected_facts, which `layer_2_source_grounded_eval` of model.md requires',
    'write which claims must stand in the answer, with their source and value',
  );

const problem = ({ source }: GoldenCase, message: string, hint: string): Problem => ({
  file: source.file,
  line: 1,
  message,
  hint,
});

const noRubric = (snapshot: AgentSnapshot): AgentError =>
  new AgentError({
    code: 'agent/no-rubric',
    kind: 'usage',
    message: `${snapshot.agent} has no ${snapshot.inHome('evals/rubric.md')}`,
    hint: 'write one: front matter with weights and threshold_pass, then what each score means',
    data: { agent: snapshot.agent },
  });

const unknownCase = (test: string, cases: readonly FiledCase[]): AgentError =>
  new AgentError({
    code: 'agent/unknown-case',
    kind: 'usage',
    message: `no test has the id ${test}`,
    hint: `name one whole: ${cases.map(({ golden }) => golden.id).join(', ') || 'there are none'}`,
    data: { test },
  });
