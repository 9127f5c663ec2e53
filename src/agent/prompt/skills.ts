import { FolderError, parseFrontMatter, readSource } from '../../folder/index.ts';
import { parsedOnce } from './parsed-once.ts';
import type { AgentSnapshot } from './snapshot.ts';

/** A skill of an agent: `skills/<folder>/SKILL.md` (atomic-runtime §12). */
export interface Skill {
  readonly name: string;
  readonly description: string;
  /** Folder inside `skills/`. */
  readonly folder: string;
  /** Without front matter, trimmed. */
  readonly body: string;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const RESERVED = /anthropic|claude|atomic_agents/;

/** The skills whose files are right, by folder; one that is not is left out. */
export async function readSkills(snapshot: AgentSnapshot): Promise<readonly Skill[]> {
  const files = snapshot.paths.filter((path) => /^skills\/[^/]+\/SKILL\.md$/.test(path));
  const skills = await Promise.all(files.map((path) => readSkill(snapshot, path)));
  return skills.filter((skill) => skill !== undefined);
}

const readSkill = parsedOnce((text, path): Skill | undefined => {
  try {
    const { fields, body } = parseFrontMatter(readSource(text, path));
    const { name, description } = fields;
    if (typeof name !== 'string' || !NAME.test(name) || RESERVED.test(name)) return undefined;
    if (typeof description !== 'string' || description.trim() === '') return undefined;
    return {
      name,
      description: description.trim(),
      folder: path.split('/').at(-2) as string,
      body,
    };
  } catch (error) {
    if (error instanceof FolderError) return undefined;
    throw error;
  }
});
