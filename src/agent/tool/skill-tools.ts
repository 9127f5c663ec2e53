import { z } from '../../spec/index.ts';
import { AgentError } from '../error.ts';
import type { Skill } from '../prompt/skills.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';
import { defineTool, type Tool } from './tool.ts';

const skillInput = z.strictObject({ skill_name: z.string() });
const skillFileInput = z.strictObject({ skill_name: z.string(), relative_path: z.string() });

/** Loading a skill's instructions and its flat files; none without skills (atomic-runtime §12). */
export function skillTools(snapshot: AgentSnapshot, skills: readonly Skill[]): readonly Tool[] {
  if (skills.length === 0) return [];
  const find = (name: string): Skill => {
    const skill = skills.find((each) => each.name === name);
    if (skill !== undefined) return skill;
    const names = skills.map((each) => each.name).join(', ');
    throw failure('agent/unknown-skill', `no skill ${name}`, `there are ${names}`);
  };
  return [
    defineTool({
      name: 'load_skill',
      description: 'The full instructions of a skill.',
      kind: 'read',
      input: skillInput,
      run: ({ skill_name: name }) => find(name).body,
    }),
    defineTool({
      name: 'load_skill_file',
      description: 'A file that lies beside the instructions of a skill.',
      kind: 'read',
      input: skillFileInput,
      run: async ({ skill_name: name, relative_path: file }) => {
        const { folder } = find(name);
        if (!/^[^/\\]+$/.test(file) || file.includes('..')) {
          const hint = 'name a file in the folder of the skill, without folders';
          throw failure('agent/skill-file-traversal', `${file} is not beside the skill`, hint);
        }
        const text = await snapshot.read(`skills/${folder}/${file}`);
        if (text !== undefined) return text;
        throw failure('agent/no-file', `the skill ${name} has no ${file}`, 'load the skill first');
      },
    }),
  ];
}

const failure = (code: `agent/${string}`, message: string, hint: string): AgentError =>
  new AgentError({ code, message, hint });
