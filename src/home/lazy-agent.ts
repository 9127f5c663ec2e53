import type { AgentDoor } from './agent-door.ts';

/** The agent of a name, whose code is loaded when something is asked of it. */
export const lazyAgent = (name: string, load: () => Promise<AgentDoor>): AgentDoor => ({
  name,
  called: async () => (await load()).called(),
  world: async () => (await load()).world(),
  run: async (request, options) => (await load()).run(request, options),
  stream: async function* (request, options) {
    yield* (await load()).stream(request, options);
  },
  resume: async (run, options) => (await load()).resume(run, options),
  preview: async (request) => (await load()).preview(request),
  recall: async (query) => (await load()).recall(query),
  snapshot: async (point) => (await load()).snapshot(point),
  prompt: async (point) => (await load()).prompt(point),
});
