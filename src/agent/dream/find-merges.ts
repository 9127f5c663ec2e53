import { inParallel } from '../../effect/index.ts';
import type { ModelWork } from '../judge/model-work.ts';
import type { FiledNote } from '../prompt/notes.ts';
import { type Asking, ask, LIMITS } from './ask.ts';
import { similarNotes } from './clusters.ts';
import type { Material } from './material.ts';
import { duplicateContract, duplicatePrompt } from './questions.ts';
import { mergeChange, type StagedChange } from './staged.ts';

/** Notes that say the same, as the model confirms it; five clusters are asked about at a time. */
export async function findMerges(
  work: ModelWork,
  { notes }: Material,
  { asking, taken }: { readonly asking: Asking; readonly taken: ReadonlySet<string> },
): Promise<readonly StagedChange[]> {
  const clusters = similarNotes(notes);
  const changes: StagedChange[] = [];
  for (let at = 0; at < clusters.length; at += LIMITS.parallel) {
    const part = clusters.slice(at, at + LIMITS.parallel);
    const answers = await inParallel(
      part.map(
        (cluster) => () =>
          ask(work, {
            prompt: duplicatePrompt(cluster, asking.instructions),
            contract: duplicateContract,
            model: asking.model,
            maxOutputTokens: LIMITS.mergeTokens,
          }),
      ),
    );
    for (const [index, answer] of answers.entries()) {
      const cluster = part[index] as readonly FiledNote[];
      const { merged_name: name, merged_description, merged_body: body } = answer;
      if (!answer.is_duplicate || !name || !body) continue;
      const description = merged_description || (cluster[0]?.note.description ?? name);
      changes.push(mergeChange({ notes: cluster, name, description, body: body.trim() }, taken));
    }
  }
  return changes;
}
