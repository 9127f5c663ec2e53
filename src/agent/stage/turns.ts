import { answer, defineOperation, type Handler, liveHandler, perform } from '../../effect/index.ts';
import type { ModelMessage } from '../../model/index.ts';
import { z } from '../../spec/index.ts';
import {
  type ConversationName,
  localPrincipal,
  logConversations,
  normalizeTurns,
  type Principal,
} from '../../work/index.ts';
import type { LoadedRun } from './load.ts';

const turn = z.object({ role: z.enum(['user', 'assistant']), text: z.string() });

/** The earlier turns of a conversation, as they were when the run first read them. */
const earlierTurns = defineOperation({
  name: 'agent/earlier-turns',
  kind: 'read',
  input: z.object({ conversation: z.string(), principal: z.string() }),
  output: z.object({ turns: z.array(turn) }),
});

/** In whose name a run is asked; the person at this machine when nobody says. */
export const principalOfRun = ({ identity }: LoadedRun): Principal =>
  identity.request.principal ?? localPrincipal;

const nameOf = (run: LoadedRun, id: string): ConversationName => ({
  agent: run.identity.request.agent,
  principal: principalOfRun(run),
  id,
});

export const liveTurns = (run: LoadedRun): Handler =>
  liveHandler('turns', [
    answer(earlierTurns, async ({ conversation }) => {
      const turns = await logConversations(run.world.log).load(nameOf(run, conversation));
      return { turns: normalizeTurns(turns).map(({ role, text }) => ({ role, text })) };
    }),
  ]);

/** The earlier turns of a run's conversation, as messages; none without a conversation. */
export async function loadTurns(run: LoadedRun): Promise<readonly ModelMessage[]> {
  const { conversationId: conversation } = run.identity.request;
  if (conversation === undefined) return [];
  const principal = principalOfRun(run).identifier;
  const { turns } = await perform(earlierTurns, { conversation, principal });
  return turns.map(({ role, text }) =>
    role === 'user' ? { role, text } : { role, text, toolCalls: [] },
  );
}

/** Adds what was asked and answered to the run's conversation, once. */
export async function appendTurns(run: LoadedRun, assistant: string): Promise<void> {
  const { id, request } = run.identity;
  if (request.conversationId === undefined) return;
  const name = nameOf(run, request.conversationId);
  await logConversations(run.world.log).append(name, {
    run: id,
    user: request.workItem,
    assistant,
  });
}
