import { summaryOf } from '../../folder/index.ts';
import { defineSpec, z } from '../../spec/index.ts';
import { askJudge } from '../judge/ask-judge.ts';
import { withModelWork } from '../judge/model-work.ts';
import { readModelOf } from '../prompt/prompt-source.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld } from '../run-options.ts';
import type { Idea } from './idea.ts';

const wording = defineSpec(
  'tuning/wording',
  z.object({
    words: z
      .string()
      .min(1)
      .max(300)
      .regex(/^[^\r\n]*$/, 'must be one line'),
  }),
);

/** Ideas with their rules put into better words, and those whose wording failed, with the reason. */
export interface Polished {
  readonly ideas: readonly Idea[];
  readonly failures: readonly { readonly idea: string; readonly why: string }[];
}

/**
 * Has the agent's model put the rules that would be added into the words of the file they go to. The
 * meaning stays for a person to check, like everything about a proposal; one that cannot be worded
 * keeps the words it has. Paid and logged like all model work. Throws `guard/over-budget`.
 */
export async function polishIdeas(
  world: AgentWorld,
  snapshot: AgentSnapshot,
  ideas: readonly Idea[],
): Promise<Polished> {
  const worded = ideas.filter(({ words }) => words !== undefined);
  if (worded.length === 0) return { ideas, failures: [] };
  const { agent } = snapshot;
  const { defaultModel: model } = await readModelOf(snapshot);
  const failures: { readonly idea: string; readonly why: string }[] = [];
  const put = new Map<string, string>();
  const summary = summaryOf(`wording of ${worded.length} proposals`);
  const options = {
    agent,
    primitive: 'other',
    trigger: 'tuning',
    source: 'actor',
    summary,
  } as const;
  await withModelWork(world, options, async (work) => {
    for (const idea of worded) {
      const text = (await snapshot.read(idea.targetFile)) ?? '';
      const asked = {
        model,
        prompt: promptFor(idea, text),
        contract: wording,
        maxOutputTokens: 512,
      };
      const said = await askJudge(work, asked);
      if (said.ok) put.set(idea.key, said.verdict.words);
      else failures.push({ idea: idea.key, why: said.problem });
    }
  });
  return { ideas: ideas.map((idea) => inWords(idea, put.get(idea.key))), failures };
}

const inWords = (idea: Idea, words: string | undefined): Idea =>
  words === undefined ? idea : { ...idea, words, edit: (text) => idea.edit(text, words) };

const TEXT_LENGTH_MAX = 8000;

const promptFor = ({ words = '', targetFile, targetSection }: Idea, text: string): string =>
  [
    `A rule is to be added to ${targetFile}, under "${targetSection}". Put it into the words and the`,
    'tone of that file, in one line of at most 300 characters. Keep its meaning: add nothing, leave',
    'nothing out, and do not soften it.',
    '',
    `The rule: ${words}`,
    '',
    'The file:',
    '',
    text.slice(0, TEXT_LENGTH_MAX),
    '',
    'Answer with JSON alone: {"words": "…"}',
  ].join('\n');
