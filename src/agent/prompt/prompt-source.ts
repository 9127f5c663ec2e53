import type { Log } from '../../fact/index.ts';
import {
  generateIndex,
  type ModelFile,
  type OperatingMode,
  PERSONA_FILES,
  parseModelFile,
  parsePersona,
  type ToolsFile,
} from '../../folder/index.ts';
import { AgentError } from '../error.ts';
import { type CascadeText, readCascadeText } from './cascade.ts';
import type { DocumentList } from './document-list.ts';
import { readGoal, readTrimmed } from './documents.ts';
import { type RecentJournal, readRecentJournal } from './journal.ts';
import { type FiledNote, readNotes } from './notes.ts';
import { parsedOnce } from './parsed-once.ts';
import { readSkills, type Skill } from './skills.ts';
import type { AgentSnapshot } from './snapshot.ts';
import { readToolsOf } from './tools-of.ts';

/** What a prompt is made of but for the journal. */
export interface PromptDocuments {
  readonly persona: readonly { readonly file: string; readonly body: string }[];
  readonly mode: OperatingMode;
  readonly model: ModelFile;
  readonly tools: ToolsFile;
  readonly toolsText: string;
  readonly skills: readonly Skill[];
  /** Of the agent itself. Absent when there is none, when it is not active, or in a cascade. */
  readonly goalText?: string;
  readonly cascade?: CascadeText;
  readonly memoryIndex: string;
  readonly wikiIndex?: string;
  readonly notes: readonly FiledNote[];
}

/** All that a prompt is made of, read once at one point of the log. */
export interface PromptSource extends PromptDocuments {
  /** The same object as long as none of them changes. */
  readonly documents: PromptDocuments;
  readonly journal?: RecentJournal;
}

/** Reads what a prompt is made of. Throws `agent/incomplete` and what the formats throw. */
export async function readPromptSource(
  log: Pick<Log, 'blobs' | 'kept'>,
  snapshot: AgentSnapshot,
): Promise<PromptSource> {
  const documents = await documentsOf(snapshot);
  const journal = await readRecentJournal(log, snapshot);
  return { ...documents, documents, ...(journal === undefined ? {} : { journal }) };
}

/** What was read of an agent's documents, as long as they stay as they are. */
const known = new WeakMap<DocumentList, Map<string, PromptDocuments>>();

async function documentsOf(snapshot: AgentSnapshot): Promise<PromptDocuments> {
  const { documents, path } = snapshot;
  const sources = known.get(documents) ?? new Map();
  known.set(documents, sources);
  const source = sources.get(path) ?? (await readDocuments(snapshot));
  sources.set(path, source);
  return source;
}

async function readDocuments(snapshot: AgentSnapshot): Promise<PromptDocuments> {
  const persona = await readPersona(snapshot);
  const tools = await readToolsOf(snapshot);
  const notes = await readNotes(snapshot);
  const cascade = snapshot.cascade && (await readCascadeText(snapshot.cascade));
  const mode = persona[0]?.mode ?? 'reactive';
  // An agent that only reacts pursues nothing by itself (atomic-runtime §24).
  const pursues = cascade === undefined && mode !== 'reactive';
  const goalText = pursues ? await readGoal(snapshot, 'goal.md') : undefined;
  const wikiIndex = await readTrimmed(snapshot, 'wiki/INDEX.md');
  return {
    persona: persona.map(({ file, body }) => ({ file, body })),
    mode,
    model: await readModelOf(snapshot),
    tools: tools.file,
    toolsText: tools.text,
    skills: await readSkills(snapshot),
    ...(goalText === undefined ? {} : { goalText }),
    ...(cascade === undefined ? {} : { cascade }),
    memoryIndex: (await readTrimmed(snapshot, 'memory/INDEX.md')) ?? indexOf(notes),
    ...(wikiIndex === undefined ? {} : { wikiIndex }),
    notes,
  };
}

/** The agent's own model.md, else its role's, else the defaults. */
export async function readModelOf(snapshot: AgentSnapshot): Promise<ModelFile> {
  const { role } = snapshot.cascade ?? {};
  const own = await readModel(snapshot, MODEL);
  return own ?? (role && (await readModel(role, MODEL))) ?? parseModelFile('', MODEL);
}

const MODEL = 'model.md';
const readModel = parsedOnce(parseModelFile);

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

const indexOf = (notes: readonly FiledNote[]): string =>
  generateIndex(
    notes.map(({ file, note: { type, name, description } }) => ({ type, name, description, file })),
  ).trim();
