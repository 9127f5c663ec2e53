import {
  adapterRuntime,
  builtinSuite,
  type ConformanceReport,
  compiledRuntime,
  conformanceJson,
  interpreterRuntime,
  parseSuite,
  printConformance,
  printUpstream,
  type Runtime,
  runConformance,
  runUpstream,
  type Suite,
  type Tier,
  tiers,
} from '../../../flux/index.ts';
import { defineCommand, type Invocation, type Report } from '../../command.ts';
import { usageError } from '../../error.ts';
import { exitCode } from '../../exit-code.ts';
import { machineOption, readContent, textOption } from './program-input.ts';

/** Our own machines by the name that `--runtimes` takes. */
const runtimes: Readonly<Record<string, Runtime>> = {
  interpreter: interpreterRuntime,
  compiled: compiledRuntime,
};

export const command = defineCommand({
  summary: 'Run the conformance suites on one or more runtimes',
  about:
    'Runs the 113 normative vectors of machine S, with --v3 those of its extensions, with ' +
    '--machine register those of machine R. Ends with 1 when a case fails, when runtimes ' +
    'disagree, and when nothing is selected.',
  options: [
    { flags: '--v3', about: 'the suite of the v3 extensions' },
    { flags: '--machine <name>', about: 'stack or register' },
    { flags: '--all', about: 'all suites one after the other' },
    { flags: '--file <file>', about: 'a suite of your own, in either format' },
    {
      flags: '--category <prefix>',
      about: 'only vectors of a category, such as arith or arithmetic',
    },
    { flags: '--tier <class>', about: 'only vectors of a class: P0, P1, P2 or P3' },
    { flags: '--runtimes <names>', about: `any of ${Object.keys(runtimes).join(', ')}` },
    { flags: '--compare', about: 'all runtimes of ours, and whether they agree' },
    { flags: '--adapter <command>', about: 'another implementation, by its command' },
    { flags: '--upstream', about: 'the two upstream files as they are, with what explains them' },
  ],
  examples: [
    'datum flux conformance --category arith',
    'datum flux conformance --v3 --format json',
    'datum flux conformance --adapter "python3 test/vectors/flux/python-adapter.py"',
    'datum flux conformance --upstream',
  ],
  run: async (invocation) => {
    refuseContradictions(invocation);
    if (invocation.options['upstream'] === true) return upstream(invocation);
    const chosen = await chosenRuntimes(invocation);
    const reports: ConformanceReport[] = [];
    for (const suite of await chosenSuites(invocation)) {
      reports.push(await conduct(invocation, suite, chosen));
    }
    const [first] = reports.map(conformanceJson);
    return {
      data: reports.length === 1 && first !== undefined ? first : reports.map(conformanceJson),
      text: reports.map(printConformance).join('\n\n'),
      exit: reports.every(({ passed }) => passed) ? exitCode.done : exitCode.failed,
    };
  },
});

/** What `--upstream`, `--file` and `--all` decide, other options cannot decide as well. */
function refuseContradictions({ options }: Invocation): void {
  const given = (...names: readonly string[]) => names.filter((name) => options[name]);
  const whole = given('upstream', 'file', 'all');
  const choices = given('v3', 'machine');
  const narrower = given('category', 'tier', 'runtimes', 'compare', 'adapter');
  const [first] = whole;
  const others = [...whole.slice(1), ...choices, ...(first === 'upstream' ? narrower : [])];
  if (first === undefined || others.length === 0) return;
  throw usageError(`--${first} and --${others[0]} contradict each other`, 'leave one of them out');
}

function conduct(
  { options, world, terminal }: Invocation,
  suite: Suite,
  chosen: readonly Runtime[],
): Promise<ConformanceReport> {
  const category = textOption(options['category']);
  const tier = tierOption(textOption(options['tier']));
  return runConformance({
    suite,
    runtimes: chosen,
    clock: world.clock,
    onCase: ({ vector }) => terminal.progress(`${suite.name}: ${vector.name}`),
    ...(category !== undefined && { category }),
    ...(tier !== undefined && { tier }),
  });
}

function tierOption(name: string | undefined): Tier | undefined {
  const tier = tiers.find((each) => each === name);
  if (name === undefined || tier !== undefined) return tier;
  throw usageError(`${name} is no class`, `choose one of ${tiers.join(', ')}`);
}

async function chosenSuites(invocation: Invocation): Promise<readonly Suite[]> {
  const { options } = invocation;
  const file = textOption(options['file']);
  if (file !== undefined) {
    const text = Buffer.from(await readContent(invocation, file)).toString('utf8');
    return [parseSuite(text, file)];
  }
  if (options['all'] === true) return (['v2', 'v3', 'register'] as const).map(builtinSuite);
  const machine = machineOption(options['machine']);
  if (machine !== 'register') return [builtinSuite(options['v3'] === true ? 'v3' : 'v2')];
  if (options['v3'] !== true) return [builtinSuite('register')];
  throw usageError('--v3 is of machine stack', 'leave out --v3 or --machine register');
}

/** `--runtimes` names ours; else `--compare` takes all of them, and an adapter stands alone. */
async function chosenRuntimes({ options }: Invocation): Promise<readonly Runtime[]> {
  const adapter = textOption(options['adapter']);
  const unnamed = adapter === undefined ? ['interpreter'] : [];
  const ours = options['compare'] === true ? Object.keys(runtimes) : unnamed;
  const names = textOption(options['runtimes'])?.split(',') ?? ours;
  if (new Set(names).size < names.length) {
    throw usageError('--runtimes names one twice', 'a runtime agrees with itself; name each once');
  }
  const chosen = names.map(runtimeNamed);
  if (adapter === undefined) return chosen;
  return [...chosen, await adapterRuntime(words(adapter))];
}

function runtimeNamed(name: string): Runtime {
  const runtime = runtimes[name];
  if (runtime !== undefined) return runtime;
  throw usageError(`${name} is no runtime`, `choose from ${Object.keys(runtimes).join(', ')}`);
}

/** The words of a command; quotes hold words together, nothing else is special. */
function words(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|\S+/g)].map(
    ([whole, double, single]) => double ?? single ?? whole,
  );
}

async function upstream({ world }: Invocation): Promise<Report> {
  const reports = [
    await runUpstream('v2', interpreterRuntime, world.clock),
    await runUpstream('v3', interpreterRuntime, world.clock),
  ];
  const data = reports.map(({ file, total, passed, failures, unforeseen, notes, explained }) => ({
    file,
    total,
    passed,
    explained,
    failures: failures.map((each) => ({ ...each })),
    unforeseen,
    notes,
  }));
  return {
    data: { files: data },
    text: reports.map(printUpstream).join('\n\n'),
    exit: reports.every(({ explained }) => explained) ? exitCode.done : exitCode.failed,
  };
}
