import type { ModelRequest } from '../../src/model/index.ts';
import {
  type Reply,
  type ScriptedModel,
  scriptedModel,
  type TestAgent,
  testAgent,
} from './agent-world.ts';

export const HARBOR_DIMENSIONS = [
  'persona_fidelity',
  'memory_recall',
  'output_quality',
  'factual_accuracy',
  'scope_discipline',
  'format_adherence',
] as const;

/** A judge's words for six scores in the order of harbor's rubric; `undefined` leaves one out. */
export function judgeSays(
  scores: readonly (number | string | null | undefined)[],
  more: object = {},
): { readonly text: string } {
  const dimensions = HARBOR_DIMENSIONS.flatMap((name, index) =>
    scores[index] === undefined ? [] : [[name, { score: scores[index], justification: 'so' }]],
  );
  const text = JSON.stringify({
    ...Object.fromEntries(dimensions),
    hard_fails: [],
    overall: { justification: 'on the whole' },
    ...more,
  });
  return { text };
}

/** What the request to a judge was. */
export const promptOf = (request: ModelRequest | undefined): string => {
  const [first] = request?.messages ?? [];
  return first?.role === 'user' ? first.text : '';
};

/** A copy of harbor whose clock moves on with every model call. */
export async function evalAgent(
  replies: readonly Reply[],
  prepare?: (root: string) => void,
): Promise<{ readonly agent: TestAgent; readonly model: ScriptedModel }> {
  let tick = (): void => undefined;
  const model = scriptedModel(
    replies.map((reply) =>
      reply instanceof Error
        ? reply
        : (request: ModelRequest) => {
            tick();
            return typeof reply === 'function' ? reply(request) : reply;
          },
    ),
  );
  const agent = await testAgent(model, prepare);
  tick = () => agent.clock.advance(1_001_003);
  return { agent, model };
}
