import { defineTool, type Tool } from '../../src/agent/index.ts';
import { answer, type Handler, liveHandler } from '../../src/effect/index.ts';
import { generate, type ModelAnswer } from '../../src/model/index.ts';
import { z } from '../../src/spec/index.ts';

const answered = {
  finish: 'stop',
  tokens: { input: 1000, output: 100, cacheRead: 0, cacheWrite: 0 },
  measured: true,
  latencyMillis: 0,
} as const;

/** A model in this process that asks for one tool, and answers when it has been told the result. */
export const scriptedModel: Handler = liveHandler('models', [
  answer(generate, ({ model, messages }): ModelAnswer => {
    if (messages.at(-1)?.role === 'tool') {
      return { ...answered, model, text: '42 volumes are held.', toolCalls: [] };
    }
    const call = { id: 'call_1', name: 'count_volumes', input: { shelf: 'harbor' } };
    return { ...answered, model, text: '', toolCalls: [call], finish: 'tool-calls' };
  }),
]);

/** The tool it asks for: something that leaves the process, as far as the log is concerned. */
export const countVolumes: Tool = defineTool({
  name: 'count_volumes',
  description: 'How many volumes a shelf holds.',
  kind: 'external',
  input: z.strictObject({ shelf: z.string() }),
  run: ({ shelf }) => ({ shelf, volumes: 42 }),
});
