import { z } from '../../spec/index.ts';
import { defineTool, type Tool } from './tool.ts';

const STEPS_MAX = 10_000_000;

/** Loaded when a model computes something: 210 files. */
const flux = () => import('../../flux/index.ts');

/** Exact computation: verified programs on the FLUX machines, without touching the world. */
export const fluxTools: readonly Tool[] = Object.freeze([
  defineTool({
    name: 'run_flux',
    description:
      'Assembles, verifies and runs a FLUX program; answers stack or registers and output.',
    kind: 'read',
    input: z.strictObject({ source: z.string().min(1) }),
    run: async ({ source }) => {
      const { assemble, resultJson, runProgram } = await flux();
      return resultJson(runProgram(assemble(source), { limits: { steps: STEPS_MAX } }));
    },
  }),
  defineTool({
    name: 'compute',
    description: 'Answers a computational question in words exactly, like "is 997 prime".',
    kind: 'read',
    input: z.strictObject({ question: z.string().min(1) }),
    run: async ({ question }) => {
      const thought = (await flux()).think(question);
      if (thought.kind === 'answer') return { answer: thought.text };
      return { reason: thought.reason };
    },
  }),
]);
