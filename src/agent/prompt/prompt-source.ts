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
import { parsedOnce } from './parsed-once.ts';
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
  const tools = await readTools(snapshot, 'tools.md');
  const notes = await readNotes(snapshot);
  const goalText = await readGoal(snapshot, 'goal.md');
  const wikiIndex = await readTrimmed(snapshot, 'wiki/INDEX.md');
  const journal = await readRecentJournal(log, snapshot);
  return {
    persona: persona.map(({ file, body }) => ({ file, body })),
    mode: persona[0]?.mode ?? 'reactive',
    model: (await readModel(snapshot, 'model.md')) ?? parseModelFile('', ''),
    tools: tools?.file ?? parseToolsFile('', ''),
    toolsText: tools?.text ?? '',
    skills: await readSkills(snapshot),
    ...(goalText === undefined ? {} : { goalText }),
    memoryIndex: (await readTrimmed(snapshot, 'memory/INDEX.md')) ?? indexOf(notes),
    ...(wikiIndex === undefined ? {} : { wikiIndex }),
    notes,
    ...(journal === undefined ? {} : { journal }),
  };
}

const readTrimmed = parsedOnce((text) => text.trim());
const readModel = parsedOnce(parseModelFile);
const readTools = parsedOnce((text, path) => ({
  file: parseToolsFile(text, path),
  text: text.trim(),
}));

const readPersonaFile = parsedOnce((text, path) =>
  parsePersona(text, path.split('/').at(-1) as string),
);

async function readPersona(snapshot: AgentSnapshot) {
  const parts = await Promise.all(
    PERSONA_FILES.map(async (file) => {
      const persona = await readPersonaFile(snapshot, `persona/${file}`);
      return persona === undefined ? [] : [{ file, ...persona }];
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

/** The goal, while it is active. */
const readGoal = parsedOnce((text, path): string | undefined => {
  const isActive = parseGoalFile(text, path).fields['active'] !== false;
  return isActive ? text.trim() : undefined;
});

const indexOf = (notes: readonly FiledNote[]): string =>
  generateIndex(
    notes.map(({ file, note: { type, name, description } }) => ({ type, name, description, file })),
  ).trim();
