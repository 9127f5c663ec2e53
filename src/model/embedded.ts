import type { ModelAnswer, ModelRequest } from './generate.ts';
import { estimateTokens } from './tokens.ts';

/** The model that needs no key and no network: the think compiler behind the model interface. */
export const EMBEDDED_MODEL = 'flux/think';

/**
 * Answers the newest message of a request with the think compiler; costs nothing. A question beyond
 * it is answered with that, and with the nearest ones it knows.
 */
export async function answerEmbedded(request: ModelRequest): Promise<ModelAnswer> {
  const question = request.messages.findLast((message) => message.role === 'user')?.text ?? '';
  const text = await answerText(question);
  const prompt = [
    ...request.system,
    ...request.messages.flatMap((each) => ('text' in each ? [each] : [])),
  ];
  return {
    model: EMBEDDED_MODEL,
    text,
    toolCalls: [],
    finish: 'stop',
    tokens: {
      input: prompt.reduce((sum, part) => sum + estimateTokens(part.text), 0),
      output: estimateTokens(text),
      cacheRead: 0,
      cacheWrite: 0,
    },
    measured: false,
    latencyMillis: 0,
  };
}

async function answerText(question: string): Promise<string> {
  // The machines are 210 files, which an agent that asks another model never needs.
  const { think } = await import('../flux/index.ts');
  const thought = think(question);
  if (thought.kind === 'answer') return thought.text;
  if (thought.kind === 'no-answer') return `No answer: ${thought.reason}.`;
  const examples = thought.nearest.map((each) => `- ${each}`).join('\n');
  return `This is beyond ${EMBEDDED_MODEL}: ${thought.reason}. It answers questions like:\n${examples}`;
}
