import type { Log } from '../../fact/index.ts';
import {
  generateIndex,
  type ModelFile,
  type OperatingMode,
  PERSONA_FILES,
  parseGoalFile,
  parseModelFile,
  parsePersona,
  parseToolsFile,
  type ToolsFile,
} from '../../folder/index.ts';
import { AgentError } from '../error.ts';
import { type RecentJournal, readRecentJournal } from './journal.ts';
import { type FiledNote, readNotes } from './notes.ts';
import { readSkills, type Skill } from './skills.ts';
import type { AgentSnapshot } from './snapshot.ts';

/** All that a prompt is made of, read once at one point of the log. */
export interface PromptSource {
  readonly persona: readonly { readonly file: string; readonly body: string }[];
  readonly mode: OperatingMode;
  readonly model: ModelFile;
  readonly tools: ToolsFile;
  readonly toolsText: string;
  readonly skills: readonly Skill[];
  /** Absent when there is none, or when it is not active. */
  readonly goalText?: string;
  readonly memoryIndex: string;
  readonly wikiIndex?: string;
  readonly notes: readonly FiledNote[];
  readonly journal?: RecentJournal;
}

/** Reads what a prompt is made of. Throws `agent/incomplete` and what the formats throw. */
export async function readPromptSource(
  log: Pick<Log, 'blobs'>,
  snapshot: AgentSnapshot,
): Promise<PromptSource> {
  const persona = await readPersona(snapshot);
  const toolsText = (await snapshot.read('tools.md')) ?? '';
  const notes = await readNotes(snapshot);
  const goalText = await readGoal(snapshot);
  const wikiIndex = (await snapshot.read('wiki/INDEX.md'))?.trim();
  const journal = await readRecentJournal(log, snapshot);
  return {
    persona: persona.map(({ file, body }) => ({ file, body })),
    mode: persona[0]?.mode ?? 'reactive',
    model: parseModelFile((await snapshot.read('model.md')) ?? '', snapshot.inHome('model.md')),
    tools: parseToolsFile(toolsText, snapshot.inHome('tools.md')),
    toolsText: toolsText.trim(),
    skills: await readSkills(snapshot),
    ...(goalText === undefined ? {} : { goalText }),
    memoryIndex: (await snapshot.read('memory/INDEX.md'))?.trim() ?? indexOf(notes),
    ...(wikiIndex === undefined ? {} : { wikiIndex }),
    notes,
    ...(journal === undefined ? {} : { journal }),
  };
}

async function readPersona(snapshot: AgentSnapshot) {
  const parts = await Promise.all(
    PERSONA_FILES.map(async (file) => {
      const text = await snapshot.read(`persona/${file}`);
      return text === undefined ? [] : [{ file, ...parsePersona(text, file) }];
    }),
  );
  const persona = parts.flat();
  if (persona[0]?.file === 'IDENTITY.md') return persona;
  throw new AgentError({
    code: 'agent/incomplete',
    message: `${snapshot.agent} has no ${snapshot.inHome('persona/IDENTITY.md')}`,
    hint: 'write who the agent is into that file, then run it again',
    data: { agent: snapshot.agent },
  });
}

async function readGoal(snapshot: AgentSnapshot): Promise<string | undefined> {
  const text = await snapshot.read('goal.md');
  if (text === undefined) return undefined;
  const isActive = parseGoalFile(text, snapshot.inHome('goal.md')).fields['active'] !== false;
  return isActive ? text.trim() : undefined;
}

const indexOf = (notes: readonly FiledNote[]): string =>
  generateIndex(
    notes.map(({ file, note: { type, name, description } }) => ({ type, name, description, file })),
  ).trim();
