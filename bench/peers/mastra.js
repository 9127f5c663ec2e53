import { Mastra } from '@mastra/core';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { LibSQLStore } from '@mastra/libsql';
import { z } from 'zod';

/**
 * Two model turns and one tool as a workflow over the LibSQL store, which keeps a snapshot after
 * each step.
 */
export async function openMastra(folder) {
  const storage = new LibSQLStore({ id: 'bench', url: `file:${folder}/mastra.db` });
  const state = z.object({ messages: z.array(z.any()) });
  const step = (id, add) =>
    createStep({
      id,
      inputSchema: state,
      outputSchema: state,
      execute: async ({ inputData }) => ({ messages: [...inputData.messages, add] }),
    });
  const call = { id: 'call_1', name: 'count_volumes', input: { shelf: 'harbor' } };
  const workflow = createWorkflow({ id: 'run', inputSchema: state, outputSchema: state })
    .then(step('ask', { role: 'assistant', toolCalls: [call] }))
    .then(step('tool', { role: 'tool', content: { shelf: 'harbor', volumes: 42 } }))
    .then(step('answer', { role: 'assistant', text: '42 volumes are held.' }))
    .commit();
  const mastra = new Mastra({ storage, workflows: { run: workflow }, logger: false });
  await storage.init();
  // The store asks for NORMAL, which syncs at checkpoints alone.
  await storage.client.execute('PRAGMA synchronous = FULL');
  const pragma = async (name) => Object.values((await storage.client.execute(`PRAGMA ${name}`)).rows[0])[0];
  return {
    name: 'Mastra',
    durability: async () =>
      `LibSQL, journal_mode=${await pragma('journal_mode')}, synchronous=${await pragma('synchronous')}`,
    run: async () => {
      const run = await mastra.getWorkflow('run').createRun();
      const messages = [{ role: 'user', text: 'how many volumes are held?' }];
      const { status, result } = await run.start({ inputData: { messages } });
      if (status !== 'success') throw new Error(`the workflow ended ${status}`);
      return result.messages.at(-1).text;
    },
    storage,
    mastra,
    close: () => undefined,
  };
}
