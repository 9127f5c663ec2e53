import { readGoal, readTrimmed } from './documents.ts';
import type { Cascade, DocumentView } from './snapshot.ts';

/** What role and project add to the prompt of an agent (atomic-runtime §20); absent: no such file. */
export interface CascadeText {
  readonly rolePrompt?: string;
  readonly canon?: string;
  readonly goal?: string;
  readonly styleGuide?: string;
  /** The documents of `policy/` in alphabetical order of their paths. */
  readonly policies: readonly { readonly path: string; readonly body: string }[];
}

export async function readCascadeText({ role, project }: Cascade): Promise<CascadeText> {
  const rolePrompt = await readTrimmed(role, 'PROMPT.md');
  const canon = await readTrimmed(project, 'canon.md');
  const goal = await readGoal(project, 'goal.md');
  const styleGuide = await readTrimmed(project, 'style_guide.md');
  return {
    ...(rolePrompt === undefined ? {} : { rolePrompt }),
    ...(canon === undefined ? {} : { canon }),
    ...(goal === undefined ? {} : { goal }),
    ...(styleGuide === undefined ? {} : { styleGuide }),
    policies: await readPolicies(project),
  };
}

async function readPolicies(project: DocumentView): Promise<CascadeText['policies']> {
  const paths = project.paths.filter((path) => path.startsWith('policy/'));
  const read = paths.map(async (path) => ({
    path,
    body: (await readTrimmed(project, path)) ?? '',
  }));
  return (await Promise.all(read)).filter(({ body }) => body !== '');
}
