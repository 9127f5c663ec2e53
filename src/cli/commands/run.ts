import type { RunPreview, RunRequest, RunResult } from '../../agent/index.ts';
import type { JsonObject } from '../../base/index.ts';
import { defineCommand, type Invocation, type OptionValue, type Report } from '../command.ts';
import { usageError } from '../error.ts';
import { exitCode } from '../exit-code.ts';
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
  const request = requestOf(await workItemOf(invocation), options);
  if (options['dryRun'] === true) {
    return readHome(invocation, async (home) =>
      preview(await (await home.agent(agent)).preview(request)),
    );
  }
  return carryOut(invocation, agent, { request });
}

type Ask =
  | { readonly request: Omit<RunRequest, 'agent'> }
  | { readonly resume: string; readonly repeat: boolean };

const carryOut = (invocation: Invocation, agent: string, ask: Ask): Promise<Report> =>
  writeHome(invocation, async (home) => {
    const { terminal, world } = invocation;
    const options = { signal: world.signal, onStep: terminal.progress };
    const door = await home.agent(agent);
    return 'resume' in ask
      ? report(await door.resume(ask.resume, { ...options, repeat: ask.repeat }))
      : report(await door.run(ask.request, options));
  });

async function workItemOf({ args, options, world }: Invocation): Promise<string> {
  const given = text(options['workItem']) ?? args.slice(1).join(' ');
  if (given.trim() !== '') return given;
  const piped = world.stdinIsTerminal ? '' : await world.stdin();
  if (piped.trim() !== '') return piped;
  throw usageError('a work item is missing', 'say what to do: datum run harbor "is 997 prime?"');
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

function report(result: RunResult): Report {
  const data: JsonObject = { ...result, toolCalls: result.toolCalls.map((call) => ({ ...call })) };
  if (result.status === 'skipped') {
    return { data, text: `skipped: ${result.reason ?? ''}`, exit: exitCode.refused };
  }
  if (result.status === 'deduped') {
    return { data, text: `nothing to do: ${result.replayedRun ?? ''} answered this key` };
  }
  return { data, text: [result.text, '', footer(result)].join('\n') };
}

const footer = ({ run, model, costUsd, costEstimated, captures }: RunResult): string =>
  [
    `${run} · ${model} · ${costUsd.toFixed(6)} USD${costEstimated ? ' (estimated)' : ''}`,
    ...(captures.length === 0 ? [] : [`remembered ${captures.join(', ')}`]),
  ].join('\n');

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
  ];
  return { data: { ...plan }, text: lines.join('\n') };
}
