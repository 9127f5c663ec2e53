import type { JsonObject } from '../../base/index.ts';
import {
  FluxError,
  type MachineRun,
  type Thought,
  think,
  thinkExamples,
  toHex,
  type Verdict,
} from '../../flux/index.ts';
import { defineCommand, type Report } from '../command.ts';
import { usageError } from '../error.ts';
import { exitCode } from '../exit-code.ts';
import { countOption, machineOption } from './flux/program-input.ts';

/** Lines and bytes of a program that are shown without `--full`. */
const SHOWN_LINES = 40;
const SHOWN_BYTES = 160;

export const command = defineCommand({
  summary: 'Answer a computational question by a verified program',
  about:
    'Compiles the question to a FLUX program for both machines, verifies and runs it on both, and ' +
    'shows the answer with the program it came from. Needs no model, key or network. Ends with 1 ' +
    'when there is no answer, naming the nearest questions that have one.',
  arguments: [{ name: '[question...]', about: 'the question, with or without quotes' }],
  options: [
    { flags: '--verify', about: 'say on its own line whether both machines agree' },
    { flags: '--machine <name>', about: 'whose program is shown: stack (the default) or register' },
    { flags: '--full', about: 'show the whole program and bytecode, however long' },
    { flags: '--steps <count>', about: 'steps each machine may take' },
    { flags: '--forms', about: 'list a question for each form it knows' },
  ],
  examples: [
    '$ datum think "compute the 10th fibonacci number"',
    '$ datum think "is 997 prime" --verify',
    '$ datum think "sum of the digits of 100!" --quiet',
  ],
  run: async ({ args, options, global }) => {
    if (options['forms'] === true) return forms();
    const question = args.join(' ');
    if (question.trim() === '') {
      throw usageError('a question is missing', 'ask one: datum think "is 997 prime"');
    }
    const steps = countOption('--steps', options['steps']);
    const thought = think(question, steps === undefined ? {} : { steps });
    if (thought.kind !== 'answer') throw noAnswer(thought);
    const data = answerJson(thought);
    if (global.quiet) return { data, text: thought.text };
    const machine = machineOption(options['machine']) ?? 'stack';
    const isFull = options['full'] === true;
    const lines = [thought.text, '', ...shownRun(thought, thought.verdict[machine], isFull)];
    if (options['verify'] === true) lines.push('', crossVerified(thought.verdict));
    return { data, text: lines.join('\n') };
  },
});

type Answered = Extract<Thought, { readonly kind: 'answer' }>;

const forms = (): Report => ({
  data: { forms: thinkExamples },
  text: thinkExamples.map((example) => `datum think "${example}"`).join('\n'),
  exit: exitCode.done,
});

function noAnswer(thought: Exclude<Thought, Answered>): FluxError {
  const { question } = thought;
  if (thought.kind === 'no-answer') {
    const { reason, understood } = thought;
    return new FluxError({
      code: 'flux/think-no-answer',
      message: `${understood} has no answer: ${reason}`,
      hint: 'the program ran on both machines; ask something it can finish',
      data: { question, understood, reason, ...verdictJson(thought.verdict) },
    });
  }
  const { code, reason, nearest } = thought;
  return new FluxError({
    code: code as `flux/${string}`,
    message: reason,
    hint: `nearest: ${nearest.map((each) => `"${each}"`).join(', ')}; all: datum think --forms`,
    data: { question, reason, nearest },
  });
}

function shownRun(
  { question, understood, verdict }: Answered,
  run: MachineRun,
  isFull: boolean,
): readonly string[] {
  const { stack, register, agreement } = verdict;
  const hex = toHex(run.bytecode);
  const isLong = !isFull && run.bytecode.length > SHOWN_BYTES;
  const bytes = run.bytecode.length.toLocaleString('en');
  return [
    `question    ${question}`,
    `understood  ${understood}`,
    `steps       ${count(stack.steps)} on the stack machine, ${count(register.steps)} on the register machine: ${agreement}`,
    `bytecode    ${isLong ? `${hex.slice(0, 2 * SHOWN_BYTES)}… (${bytes} bytes, all with --full)` : hex}`,
    `program     for the ${run.machine} machine`,
    '',
    ...shownProgram(run.assembly, isFull),
  ];
}

const count = (steps: number): string => steps.toLocaleString('en');

function shownProgram(assembly: string, isFull: boolean): readonly string[] {
  const lines = assembly.trimEnd().split('\n');
  if (isFull || lines.length <= SHOWN_LINES) return lines;
  const more = lines.length - SHOWN_LINES;
  return [...lines.slice(0, SHOWN_LINES), `; … ${count(more)} more lines, all with --full`];
}

const crossVerified = ({ agreement }: Verdict): string =>
  `Cross-verified: stack VM, register VM — ${agreement}`;

const answerJson = ({ question, understood, answer, text, verdict }: Answered): JsonObject => ({
  question,
  understood,
  answer: { ...answer },
  text,
  ...verdictJson(verdict),
});

const verdictJson = ({ agreement, stack, register }: Verdict): JsonObject => ({
  agreement,
  stack: runJson(stack),
  register: runJson(register),
});

const runJson = ({ assembly, bytecode, steps, outcome }: MachineRun): JsonObject => ({
  assembly,
  bytecode: toHex(bytecode),
  steps,
  outcome: { ...outcome },
});
