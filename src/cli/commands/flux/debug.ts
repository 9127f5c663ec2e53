import {
  type DebugAnswer,
  DebugSession,
  debugCommand,
  debugHelp,
  FluxError,
} from '../../../flux/index.ts';
import { defineCommand, type Invocation } from '../../command.ts';
import { exitCode } from '../../exit-code.ts';
import { programOptions, readProgram, textOption } from './program-input.ts';
import { readStart, startOptions } from './start-options.ts';

export const command = defineCommand({
  summary: 'Step through a FLUX program, forward and back',
  about: `Takes commands from --commands, from standard input, or from you:\n\n${debugHelp}`,
  arguments: [{ name: '[file]', about: 'the program' }],
  options: [
    ...programOptions,
    ...startOptions,
    { flags: '--commands <list>', about: 'commands with semicolons between them' },
  ],
  examples: [
    '$ datum flux debug examples/flux/gcd.flux --commands "break loop; run; step 3; back"',
  ],
  run: async (invocation) => {
    const { program, start } = await readProgram(invocation);
    const session = new DebugSession(program, readStart(invocation, start));
    const isInteractive = isByHand(invocation);
    const answers: DebugAnswer[] = [];
    let failed = false;
    if (isInteractive) invocation.terminal.note(answerTo(session, 'show')?.text ?? '');
    for await (const line of commandLines(invocation)) {
      const answer = answerTo(session, line);
      if (answer === undefined) break;
      failed ||= 'error' in answer.data;
      if (isInteractive) invocation.terminal.item(answer.data, answer.text);
      else answers.push(answer);
    }
    return {
      data: { answers: answers.map(({ data }) => data) },
      text: answers.map(({ text }) => text).join('\n'),
      // A person may mistype; a script must not go on unnoticed.
      exit: failed && !isInteractive ? exitCode.failed : exitCode.done,
    };
  },
});

function answerTo(session: DebugSession, line: string): DebugAnswer | undefined {
  try {
    return debugCommand(session, line);
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    const { code, message, hint } = error;
    return { data: { error: { code, message, hint } }, text: `${message}; ${hint}` };
  }
}

const isByHand = ({ options, world }: Invocation): boolean =>
  world.stdinIsTerminal && options['commands'] === undefined;

async function* commandLines(invocation: Invocation): AsyncIterable<string> {
  const { options, world } = invocation;
  const given = textOption(options['commands']);
  const lines =
    given !== undefined ? given.split(';') : (world.lines?.() ?? (await world.stdin()).split('\n'));
  const prompt = (): void => {
    if (isByHand(invocation)) world.stderr.write('flux> ');
  };
  prompt();
  for await (const line of lines) {
    if (line.trim() !== '') yield line;
    prompt();
  }
}
