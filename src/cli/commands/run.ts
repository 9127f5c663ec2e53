import type { LeftOut, RunPreview, RunRequest, RunResult } from '../../agent/index.ts';
import { isJsonObject, type JsonObject } from '../../base/index.ts';
import { defineCommand, type Invocation, type OptionValue, type Report } from '../command.ts';
import { usageError } from '../error.ts';
import { exitCode } from '../exit-code.ts';
import { readInput } from '../input-file.ts';
import { type RunView, runView } from '../run-view.ts';
import { readHome, writeHome } from '../session.ts';

/** `datum run` */
export const command = defineCommand({
  summary: 'Run an agent on a work item',
  about:
    'Asks the agent, lets it use its tools, writes what it wants remembered, and records the run ' +
    'with what it cost. A run that was cut off goes on with --resume and pays for nothing twice. ' +
    'The model flux/think needs no key and no network.',
  arguments: [
    { name: '<agent>', about: 'the agent' },
    { name: '[work-item...]', about: 'what it shall do; standard input when absent' },
  ],
  options: [
    { flags: '--work-item <text>', about: 'what it shall do, as an option' },
    {
      flags: '--schema <file>',
      about: 'the answer must hold to the JSON Schema in this file',
    },
    { flags: '--model <id>', about: 'this model instead of the default of model.md' },
    { flags: '--conversation <id>', about: 'go on with a conversation' },
    { flags: '--idempotency-key <key>', about: 'a second run with this key does nothing' },
    { flags: '--critical', about: 'go past the caps; recorded' },
    {
      flags: '--dry-run',
      about: 'show the exact prompt, tokens and the highest cost; ask nothing',
    },
    { flags: '--resume <run>', about: 'go on with a run that was cut off' },
    { flags: '--repeat', about: 'with --resume: do again what was begun and has no result' },
    { flags: '--json', about: 'the same as --format json' },
  ],
  examples: [
    'datum run harbor "is 997 prime?" --model flux/think',
    'datum run harbor "which source is closest?" --dry-run',
    'datum run harbor --resume run-20260605-141200-000000',
  ],
  run: async (invocation) => {
    const done = await runOrPreview(invocation);
    const asJson = invocation.options['json'] === true;
    return asJson ? { ...done, text: JSON.stringify(done.data, null, 2) } : done;
  },
});

async function runOrPreview(invocation: Invocation): Promise<Report> {
  const { args, options } = invocation;
  const [agent = ''] = args;
  const resumed = text(options['resume']);
  if (resumed !== undefined) {
    return carryOut(invocation, agent, { resume: resumed, repeat: options['repeat'] === true });
  }
  const request = {
    ...requestOf(await workItemOf(invocation), options),
    ...schemaOf(invocation),
  };
  if (options['dryRun'] === true) {
    return readHome(invocation, async (home) => preview(await home.agent(agent).preview(request)));
  }
  return carryOut(invocation, agent, { request });
}

type Ask =
  | { readonly request: Omit<RunRequest, 'agent'> }
  | { readonly resume: string; readonly repeat: boolean };

const carryOut = (invocation: Invocation, agent: string, ask: Ask): Promise<Report> =>
  writeHome(invocation, async (home) => {
    const { world } = invocation;
    const view = viewOf(invocation);
    const options = { signal: world.signal, ...view.options };
    const door = home.agent(agent);
    let wasShown = false;
    let result: RunResult;
    try {
      result =
        'resume' in ask
          ? await door.resume(ask.resume, { ...options, repeat: ask.repeat })
          : await door.run(ask.request, options);
    } finally {
      wasShown = view.end();
    }
    return report(result, { invocation, wasShown });
  });

function viewOf({ world, terminal, global, options }: Invocation): RunView {
  const showsText = global.format === 'text' && options['json'] !== true;
  return runView({ world, terminal, showsText, quiet: global.quiet });
}

async function workItemOf({ args, options, world }: Invocation): Promise<string> {
  const given = text(options['workItem']) ?? args.slice(1).join(' ');
  if (given.trim() !== '') return given;
  const piped = world.stdinIsTerminal ? '' : await world.stdin();
  if (piped.trim() !== '') return piped;
  throw usageError('a work item is missing', 'say what to do: datum run harbor "is 997 prime?"');
}

/** The schema of `--schema`, as a part of the request. */
function schemaOf({ options, world }: Invocation): Pick<RunRequest, 'answerSchema'> {
  const file = text(options['schema']);
  if (file === undefined) return {};
  const hint = 'name a file that holds a JSON Schema, such as {"type": "object", …}';
  const content = readInput(world, file, { wanted: 'a file that holds a JSON Schema' });
  let value: unknown;
  try {
    value = JSON.parse(content.toString('utf8'));
  } catch {
    throw usageError(`${file} is not JSON`, hint);
  }
  if (!isJsonObject(value)) throw usageError(`${file} is no JSON Schema`, hint);
  return { answerSchema: value };
}

function requestOf(
  workItem: string,
  options: Readonly<Record<string, OptionValue>>,
): Omit<RunRequest, 'agent'> {
  const model = text(options['model']);
  const conversationId = text(options['conversation']);
  const idempotencyKey = text(options['idempotencyKey']);
  return {
    workItem,
    trigger: 'manual',
    ...(model === undefined ? {} : { model }),
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(options['critical'] === true ? { critical: true } : {}),
  };
}

const text = (value: OptionValue): string | undefined =>
  typeof value === 'string' ? value : undefined;

const endings = {
  ok: exitCode.done,
  deduped: exitCode.done,
  skipped: exitCode.refused,
  interrupted: exitCode.interrupted,
} as const;

/** The answer on standard output, unless it stands there already; what is to be said of it beside. */
function report(
  result: RunResult,
  { invocation, wasShown }: { readonly invocation: Invocation; readonly wasShown: boolean },
): Report {
  const { terminal } = invocation;
  const data: JsonObject = {
    ...result,
    toolCalls: result.toolCalls.map((call) => ({ ...call })),
    toolsLeftOut: result.toolsLeftOut.map((left) => ({ ...left })),
  };
  const { status, reason } = result;
  if (status === 'skipped' || status === 'interrupted') {
    terminal.warn(terminal.paint('dim', `${status}: ${reason ?? ''}`));
  }
  for (const line of remarks(result)) terminal.note(terminal.paint('dim', line));
  return { data, text: wasShown ? '' : result.text, exit: endings[result.status] };
}

function remarks(result: RunResult): readonly string[] {
  const { run, agent, status, model, costUsd, costEstimated, captures } = result;
  if (status === 'deduped') return [`nothing to do: ${result.replayedRun ?? ''} answered this key`];
  const seconds = (result.latencyMillis / 1000).toFixed(1);
  const usd = `${costUsd.toFixed(6)} USD${costEstimated ? ' (estimated)' : ''}`;
  return [
    ...(captures.length === 0 ? [] : [`remembered ${captures.join(', ')}`]),
    ...result.toolsLeftOut.map(leftOutLine),
    ...result.warnings,
    `${run} · ${model} · ${seconds} s · ${usd}`,
    ...(status === 'interrupted' ? [`go on with: datum run ${agent} --resume ${run}`] : []),
  ];
}

const leftOutLine = ({ name, reason }: LeftOut): string => `without ${name}: ${reason}`;

function preview(plan: RunPreview): Report {
  const ceiling = `${plan.callCeilingUsd.toFixed(6)} USD${plan.costEstimated ? ' (estimated)' : ''}`;
  const lines = [
    plan.prompt,
    '',
    `work item  ${plan.workItem}`,
    `model      ${plan.model}`,
    `tools      ${plan.tools.join(', ')}`,
    `tokens     about ${plan.inputTokens} in, at most ${plan.maxOutputTokens} out`,
    `ceiling    ${ceiling} a call`,
    ...plan.toolsLeftOut.map(leftOutLine),
    ...plan.warnings,
  ];
  const toolsLeftOut = plan.toolsLeftOut.map((left) => ({ ...left }));
  return { data: { ...plan, toolsLeftOut }, text: lines.join('\n') };
}
