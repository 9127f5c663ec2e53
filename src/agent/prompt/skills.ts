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

/** What is wrong with a skill: an error leaves it out, a warning does not. */
export interface SkillProblem {
  readonly kind: 'error' | 'warning';
  readonly folder: string;
  readonly message: string;
}

/** The skills of an agent, by folder, and what a person should look at. */
export interface SkillShelf {
  readonly skills: readonly Skill[];
  readonly problems: readonly SkillProblem[];
}

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const RESERVED = /anthropic|claude|atomic_agents/;
const DESCRIPTION_LENGTH_MAX = 1024;
const WHEN_WORDS_MAX = 200;
const BODY_LINES_MAX = 500;

/** The skills whose files are right; one that is not is left out. */
export const readSkills = async (snapshot: AgentSnapshot): Promise<readonly Skill[]> =>
  (await readShelf(snapshot)).skills;

/** The skills with all that is wrong or too long in their files (atomic-runtime §1, §12). */
export async function readShelf(snapshot: AgentSnapshot): Promise<SkillShelf> {
  const playbooks = new Set(snapshot.paths.filter((path) => path.endsWith('/PLAYBOOK.md')));
  const folders = new Set(
    snapshot.paths
      .flatMap((path) => /^skills\/([^/]+)\/./.exec(path)?.[1] ?? [])
      // A playbook is for a conductor to run, not for a model to load.
      .filter((folder) => !playbooks.has(`skills/${folder}/PLAYBOOK.md`)),
  );
  const read = await Promise.all(
    [...folders].sort().map(async (folder): Promise<ReadSkill> => {
      const found = await readSkill(snapshot, `skills/${folder}/SKILL.md`);
      return found ?? { problems: [{ kind: 'error', folder, message: 'there is no SKILL.md' }] };
    }),
  );
  const skills: Skill[] = [];
  const problems = read.flatMap((each) => each.problems);
  for (const { skill } of read) {
    if (skill === undefined) continue;
    const taken = skills.find(({ name }) => name === skill.name);
    if (taken === undefined) skills.push(skill);
    else {
      const message = `\`name: ${skill.name}\` is that of skills/${taken.folder} already`;
      problems.push({ kind: 'error', folder: skill.folder, message });
    }
  }
  return { skills, problems };
}

interface ReadSkill {
  readonly skill?: Skill;
  readonly problems: readonly SkillProblem[];
}

const readSkill = parsedOnce((text, path): ReadSkill => {
  const folder = path.split('/').at(-2) as string;
  const error = (message: string): ReadSkill => ({
    problems: [{ kind: 'error', folder, message }],
  });
  try {
    const { fields, body } = parseFrontMatter(readSource(text, path));
    const { name, description, when_to_use: when } = fields;
    if (typeof name !== 'string') return error('it has no `name`');
    if (!NAME.test(name)) {
      return error(`\`${name}\` is no name: up to 64 lower-case letters, digits and hyphens`);
    }
    if (RESERVED.test(name)) return error(`\`${name}\` has a word that is kept for others`);
    if (typeof description !== 'string' || description.trim() === '') {
      return error('it has no `description`');
    }
    const skill = { name, description: description.trim(), folder, body };
    return { skill, problems: sizeWarnings(skill, typeof when === 'string' ? when : '') };
  } catch (cause) {
    if (cause instanceof FolderError) return error(cause.message);
    throw cause;
  }
});

function sizeWarnings({ description, folder, body }: Skill, when: string): readonly SkillProblem[] {
  const words = when.split(/\s+/).filter((word) => word !== '').length;
  const lines = body.split('\n').length;
  const sizes = [
    [description.length, DESCRIPTION_LENGTH_MAX, 'characters', 'the description'],
    [words, WHEN_WORDS_MAX, 'words', '`when_to_use`'],
    [lines, BODY_LINES_MAX, 'lines', 'the body'],
  ] as const;
  return sizes
    .filter(([size, max]) => size > max)
    .map(([size, max, unit, part]) => ({
      kind: 'warning',
      folder,
      message: `${part} has ${size} ${unit}; ${max} are advised at most`,
    }));
}
